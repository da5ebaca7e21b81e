import { OsacError } from "../errors.ts";
import { areRelated } from "../kinds/related.ts";
import type { Change, Finding, KindName, Step } from "../model.ts";
import { send } from "./send.ts";
import type { Outcome, Result, Surroundings } from "./verdict.ts";

/** How far a run of requests came. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/**
 * Sends the requests one after the other. The first that fails is the last, or with `keepsGoing` the last of its kind and
 * of those related to it: whatever refers to what is not there must not be written.
 */
export async function applyRequests(steps: readonly Step[], around: Surroundings): Promise<Applied> {
  const results = new Map<Change, Result>();
  const findings: Finding[] = [];
  const failedKinds = new Set<KindName>();
  let isFirst = true;
  for (const [index, step] of steps.entries()) {
    if (around.signal.aborted) break;
    if (isHeldUp(step, failedKinds)) continue;
    around.onRequest(step, index);
    const turn = await take(step, isFirst, around);
    for (const { change, result } of turn.decided) results.set(change, result);
    findings.push(...turn.findings);
    isFirst &&= !turn.isWritten;
    if (turn.isWritten && turn.findings.length === 0) continue;
    if (!around.keepsGoing || !turn.mayGoOn) break;
    failedKinds.add(step.kind);
  }
  const changes = [...new Set(steps.flatMap((step) => step.changes))];
  const outcomes = changes.map((change): Outcome => ({ change, result: results.get(change) ?? "not-tried" }));
  const untried = outcomes.filter(({ change }) => !results.has(change));
  return { outcomes, findings: [...findings, ...tell(untried, 0, around)] };
}

/** What one request decided. */
interface Turn {
  readonly decided: readonly Outcome[];
  readonly findings: readonly Finding[];
  readonly isWritten: boolean;
  readonly mayGoOn: boolean;
}

async function take(step: Step, isFirst: boolean, around: Surroundings): Promise<Turn> {
  const began = performance.now();
  const { results, findings, mayGoOn } = await send(step, isFirst, around);
  const isWritten = results.every((result) => result === "done");
  // Entities that were created empty are not done before they are filled.
  const decided =
    step.isStub && isWritten
      ? []
      : step.changes.map((change, index): Outcome => ({ change, result: results[index]! }));
  const untold = tell(decided, performance.now() - began, around);
  return {
    decided,
    findings: [...findings, ...untold],
    isWritten,
    mayGoOn: mayGoOn && untold.length === 0,
  };
}

/** Tells whoever keeps a log. One that cannot be kept any more ends the run. */
function tell(
  decided: readonly Outcome[],
  durationMs: number,
  { onDecided }: Surroundings,
): readonly Finding[] {
  try {
    onDecided?.(decided, durationMs);
    return [];
  } catch (error) {
    if (error instanceof OsacError) return error.findings;
    throw error;
  }
}

function isHeldUp({ kind }: Step, failedKinds: ReadonlySet<KindName>): boolean {
  return [...failedKinds].some((failed) => areRelated(failed, kind));
}
