import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../errors.ts";
import type { WriteState, Step } from "../model/change.ts";
import { compareWithLive } from "../plan/compare-with-live.ts";
import { patienceMs, readKind, type WriteAccess } from "./context.ts";

/** How often to look at least, where reading itself fails. */
const pollsMin = 3;

const pollIntervalMsMax = 2_000;

/** The entities of a request as they are now. */
export async function readWriteStates(step: Step, access: WriteAccess): Promise<WriteState[]> {
  const live = await readKind(access, step.kind);
  return step.ends.map((end) => compareWithLive(end, live));
}

/** Whether nobody has touched any of these entities. */
export function allMatchBefore(states: readonly WriteState[]): boolean {
  return states.every(({ matchesBefore }) => matchesBefore);
}

/** Whether all are as they should be, as far as that can be seen. */
export function allMatchAfter(states: readonly WriteState[]): boolean {
  return states.every(({ matchesAfter }) => matchesAfter);
}

/** What reading says about a write of which nothing was heard. A PATCH is all or nothing, so one entity tells for all. */
export type WriteEvidence = "written" | "not-written" | "both" | "unclear";

/** What the entities together say. `both`: somebody else has written the same; `unclear`: nothing to be seen. */
export function classifyEvidence(states: readonly WriteState[]): WriteEvidence {
  const isLanded = states.some(({ matchesAfter, matchesBefore }) => matchesAfter && !matchesBefore);
  const isKept = states.some(({ matchesAfter, matchesBefore }) => matchesBefore && !matchesAfter);
  if (isLanded) return isKept ? "both" : "written";
  return isKept ? "not-written" : "unclear";
}

/**
 * Looks until the request has been written or the time is up, since a server may go on with a write that nobody waits
 * for any more. Gives what was seen last; throws where nobody could look.
 */
export async function theme(step: Step, access: WriteAccess, untilMs: number): Promise<WriteState[]> {
  const everyMs = Math.min(patienceMs(access) / 20, pollIntervalMsMax);
  let failure: OsacError | undefined;
  for (let looks = 1; ; looks += 1) {
    const seen = await readWriteStates(step, access).catch(requireOsacError);
    if (seen instanceof OsacError) failure = seen;
    else if (classifyEvidence(seen) !== "not-written" || performance.now() >= untilMs) return seen;
    if (performance.now() >= untilMs && looks >= pollsMin && failure) throw failure;
    await sleep(everyMs);
  }
}

function requireOsacError(error: unknown): OsacError {
  if (error instanceof OsacError) return error;
  throw error;
}
