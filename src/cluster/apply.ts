import type { Change, Finding, Step } from "../model.ts";
import { send } from "./send.ts";
import type { Result, Surroundings } from "./verdict.ts";

/** What became of one change. */
export interface Outcome {
  readonly change: Change;
  readonly result: Result;
}

/** How far a run of requests came. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/** Sends the requests one after the other and stops at the first that fails. */
export async function applyRequests(steps: readonly Step[], around: Surroundings): Promise<Applied> {
  const results = new Map<Change, Result>(
    steps.flatMap(({ changes }) => changes.map((change) => [change, "not-tried"])),
  );
  const findings: Finding[] = [];
  let isFirst = true;
  for (const [index, step] of steps.entries()) {
    if (around.signal.aborted) break;
    around.onRequest(step, index);
    const verdict = await send(step, isFirst, around);
    const isDone = verdict.results.every((result) => result === "done");
    for (const [at, change] of step.changes.entries())
      if (!step.isStub || !isDone) results.set(change, verdict.results[at]!);
    findings.push(...verdict.findings);
    if (!isDone || verdict.findings.length > 0) break;
    isFirst = false;
  }
  return { outcomes: [...results].map(([change, result]) => ({ change, result })), findings };
}
