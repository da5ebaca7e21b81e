import { OsacError } from "../errors.ts";
import { areRelated } from "../kinds/related.ts";
import type { Change, Finding, KindName, Step } from "../model.ts";
import { send } from "./send.ts";
import { namesOf, type Outcome, type Result, type Surroundings } from "./verdict.ts";

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
  const emptied = new Set<Change>();
  let isFirst = true;
  for (const [index, step] of steps.entries()) {
    if (around.signal.aborted) break;
    if (isHeldUp(step, failedKinds)) continue;
    around.onRequest(step, index);
    const turn = await take(step, isFirst, around);
    for (const { change, result } of turn.decided) results.set(change, result);
    findings.push(...turn.findings);
    if (step.isStub && turn.isWritten) for (const change of step.changes) emptied.add(change);
    isFirst &&= !turn.isWritten;
    if (turn.isWritten && turn.findings.length === 0) continue;
    if (!around.keepsGoing || !turn.mayGoOn) break;
    failedKinds.add(step.kind);
  }
  const changes = [...new Set(steps.flatMap((step) => step.changes))];
  const outcomes = changes.map((change): Outcome => {
    const untried = emptied.has(change) ? "failed" : "not-tried";
    return { change, result: results.get(change) ?? untried };
  });
  const untold = outcomes.filter(({ change }) => !results.has(change));
  const leftEmpty = outcomes.filter(({ change, result }) => emptied.has(change) && result !== "done");
  return { outcomes, findings: [...findings, ...leftEmptyFindings(leftEmpty), ...tell(untold, 0, around)] };
}

/** What was created empty and could not be filled is there all the same. */
function leftEmptyFindings(outcomes: readonly Outcome[]): Finding[] {
  const changes = outcomes.map(({ change }) => change);
  if (changes.length === 0) return [];
  return [
    {
      code: "left-empty",
      severity: "error",
      message: `created empty, and not filled: ${namesOf(changes)}`,
      hint: "as they are they give nobody anything; the next apply fills them, and a rollback takes them away",
      kind: changes[0]!.kind,
    },
  ];
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
