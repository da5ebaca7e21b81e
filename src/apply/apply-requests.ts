import { OsacError, makeFinding } from "../errors.ts";
import { areRelated } from "../kinds/related.ts";
import type { Change, Step } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { ApplyContext } from "./context.ts";
import { sendStep } from "./send-request.ts";
import { listChangeNames, type Outcome, type ChangeResult } from "./request-outcome.ts";

/** The results of all changes of a run, and its findings. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/**
 * Sends the requests of a run one after the other. After a failure it stops. With `keepsGoing` it skips only
 * this kind and related kinds, because their entities may refer to entities that were not written.
 */
export async function applySteps(steps: readonly Step[], context: ApplyContext): Promise<Applied> {
  const results = new Map<Change, ChangeResult>();
  const findings: Finding[] = [];
  const failedKinds = new Set<KindName>();
  const emptied = new Set<Change>();
  let isFirst = true;
  for (const [index, step] of steps.entries()) {
    if (context.signal.aborted) break;
    if (isHeldUp(step, failedKinds)) continue;
    context.onRequest(step, index);
    const transition = await applyStep(step, isFirst, context);
    for (const { change, result } of transition.decided) results.set(change, result);
    transition.findings.forEach((finding) => findings.push(finding));
    for (const change of transition.emptied) emptied.add(change);
    isFirst &&= !transition.isWritten;
    if (transition.isWhole) continue;
    if (!context.keepsGoing || !transition.mayGoOn) break;
    failedKinds.add(step.kind);
  }
  const outcomes = collectOutcomes(steps, results, emptied);
  const untold = outcomes.filter(({ change }) => !results.has(change));
  return {
    outcomes,
    findings: [
      ...findings,
      ...leftEmptyFindings(outcomes, emptied),
      ...notifyLog(() => context.onDecided?.(untold, 0)),
    ],
  };
}

/** A role that was created empty counts as failed until it is filled. It exists, so a rollback needs it. */
function collectOutcomes(
  steps: readonly Step[],
  results: ReadonlyMap<Change, ChangeResult>,
  emptied: ReadonlySet<Change>,
): Outcome[] {
  const changes = [...new Set(steps.flatMap((step) => step.changes))];
  return changes.map((change) => {
    const undecided = emptied.has(change) ? "failed" : "not-tried";
    return { change, result: results.get(change) ?? undecided };
  });
}

/** A role that was created empty and not filled still exists. */
function leftEmptyFindings(outcomes: readonly Outcome[], emptied: ReadonlySet<Change>): Finding[] {
  const changes = outcomes
    .filter(({ change, result }) => emptied.has(change) && result !== "done")
    .map(({ change }) => change);
  if (changes.length === 0) return [];
  return [
    makeFinding("created-empty", {
      message: `created empty, and not filled: ${listChangeNames(changes)}`,
      hint: "without content they give no access; the next apply fills them",
      kind: changes[0]!.kind,
    }),
  ];
}

interface StepResult {
  readonly decided: readonly Outcome[];
  /** Roles that were created empty. A later request fills them. */
  readonly emptied: readonly Change[];
  readonly findings: readonly Finding[];
  readonly isWritten: boolean;
  /** Written, without findings. */
  readonly isWhole: boolean;
  readonly mayGoOn: boolean;
}

async function applyStep(step: Step, isFirst: boolean, context: ApplyContext): Promise<StepResult> {
  const began = performance.now();
  const unkept = notifyLog(() => context.onSending?.(step.changes));
  if (unkept.length > 0) return notSentResult(unkept);
  const { results, findings, mayGoOn } = await sendStep(step, isFirst, context);
  const isWritten = results.every((result) => result === "done");
  // Entities that were created empty are done only when a later request fills them.
  const emptied = step.isStub && isWritten ? step.changes : [];
  const decided =
    emptied.length > 0
      ? []
      : step.changes.map((change, index): Outcome => ({ change, result: results[index]! }));
  const untold = notifyLog(() => context.onDecided?.(decided, performance.now() - began));
  const found = [...findings, ...untold];
  return {
    decided,
    emptied,
    findings: found,
    isWritten,
    isWhole: isWritten && found.length === 0,
    mayGoOn: mayGoOn && untold.length === 0,
  };
}

/** osac does not send a change that it cannot log. */
function notSentResult(findings: readonly Finding[]): StepResult {
  return { decided: [], emptied: [], findings, isWritten: false, isWhole: false, mayGoOn: false };
}

/** Calls a logging callback. Its `OsacError` becomes findings, which end the run. */
function notifyLog(say: () => void): readonly Finding[] {
  try {
    say();
    return [];
  } catch (error) {
    if (error instanceof OsacError) return error.findings;
    throw error;
  }
}

function isHeldUp({ kind }: Step, failedKinds: ReadonlySet<KindName>): boolean {
  return [...failedKinds].some((failed) => areRelated(failed, kind));
}
