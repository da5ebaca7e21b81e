import { setTimeout as sleep } from "node:timers/promises";
import { OsacError, requireOsacError } from "../errors.ts";
import type { WriteState, Step } from "../model/change.ts";
import { compareWithLive } from "../plan/compare-with-live.ts";
import { patienceMs, readKind, type WriteAccess } from "./context.ts";

/** The fewest reads, if reading itself fails. */
const pollsMin = 3;

const pollIntervalMsMax = 2_000;

/** The entities of a request as they are now. */
export async function readWriteStates(step: Step, access: WriteAccess): Promise<WriteState[]> {
  const live = await readKind(access, step.kind);
  return step.ends.map((end) => compareWithLive(end, live));
}

/** True if all entities are as before the write. */
export function allMatchBefore(states: readonly WriteState[]): boolean {
  return states.every(({ matchesBefore }) => matchesBefore);
}

/** True if all entities are as the change makes them, as far as osac can read. */
export function allMatchAfter(states: readonly WriteState[]): boolean {
  return states.every(({ matchesAfter }) => matchesAfter);
}

/**
 * The result of a write without an answer, found by reading. A PATCH is all or nothing, so one entity is
 * enough.
 */
export type WriteEvidence = "written" | "not-written" | "both" | "unclear";

/** `both`: another client wrote the same entities. `unclear`: no entity shows it. */
export function classifyEvidence(states: readonly WriteState[]): WriteEvidence {
  const isLanded = states.some(({ matchesAfter, matchesBefore }) => matchesAfter && !matchesBefore);
  const isKept = states.some(({ matchesAfter, matchesBefore }) => matchesBefore && !matchesAfter);
  if (isLanded) return isKept ? "both" : "written";
  return isKept ? "not-written" : "unclear";
}

/**
 * Reads the entities until the request was written or the time is over, because the server may continue a
 * write after the connection has ended. Returns the last states. Throws if no read succeeds.
 */
export async function pollUntilKnown(
  step: Step,
  access: WriteAccess,
  untilMs: number,
): Promise<WriteState[]> {
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
