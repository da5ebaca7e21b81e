import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../../errors.ts";
import type { Standing, Step } from "../../model.ts";
import { standingOf } from "../../plan/state.ts";
import { patienceMs, readKind, type WriteAccess } from "./context.ts";

/** How often to look at least, where reading itself fails. */
const looksMin = 3;

const lookEveryMsMax = 2_000;

/** The entities of a request as they are now. */
export async function standingsOf(step: Step, access: WriteAccess): Promise<Standing[]> {
  const live = await readKind(access, step.kind);
  return step.ends.map((end) => standingOf(end, live));
}

/** Whether nobody has touched any of these entities. */
export function areBefore(standings: readonly Standing[]): boolean {
  return standings.every(({ isBefore }) => isBefore);
}

/** Whether all are as they should be, as far as that can be seen. */
export function areAfter(standings: readonly Standing[]): boolean {
  return standings.every(({ isAfter }) => isAfter);
}

/** What reading says about a write of which nothing was heard. A PATCH is all or nothing, so one entity tells for all. */
export type Sight = "written" | "not-written" | "both" | "unclear";

/** What the entities together say. `both`: somebody else has written the same; `unclear`: nothing to be seen. */
export function sightOf(standings: readonly Standing[]): Sight {
  const isLanded = standings.some(({ isAfter, isBefore }) => isAfter && !isBefore);
  const isKept = standings.some(({ isAfter, isBefore }) => isBefore && !isAfter);
  if (isLanded) return isKept ? "both" : "written";
  return isKept ? "not-written" : "unclear";
}

/**
 * Looks until the request has been written or the time is up, since a server may go on with a write that nobody waits
 * for any more. Gives what was seen last; throws where nobody could look.
 */
export async function look(step: Step, access: WriteAccess, untilMs: number): Promise<Standing[]> {
  const everyMs = Math.min(patienceMs(access) / 20, lookEveryMsMax);
  let failure: OsacError | undefined;
  for (let looks = 1; ; looks += 1) {
    const seen = await standingsOf(step, access).catch(knownOnly);
    if (seen instanceof OsacError) failure = seen;
    else if (sightOf(seen) !== "not-written" || performance.now() >= untilMs) return seen;
    if (performance.now() >= untilMs && looks >= looksMin && failure) throw failure;
    await sleep(everyMs);
  }
}

function knownOnly(error: unknown): OsacError {
  if (error instanceof OsacError) return error;
  throw error;
}
