import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../errors.ts";
import { edgeHint } from "../cluster/explain-refusal.ts";
import { isFromEdge } from "../cluster/recognize-plugin.ts";
import type { Answer } from "../model/cluster.ts";
import type { Step } from "../model/change.ts";
import { describeReply, isForeign, mayStillWork, classifyReply, type Reply } from "./classify-reply.ts";
import { parseRetryAfter, writeRetries } from "../cluster/retry-policy.ts";
import { proveAccess } from "./check-access.ts";
import { patienceMs, type ApplyContext } from "./context.ts";
import { recover, restoreAccess } from "./recover.ts";
import {
  allMatchAfter,
  allMatchBefore,
  pollUntilKnown,
  classifyEvidence,
  readWriteStates,
} from "./poll-write.ts";
import { findOffenders } from "./find-offenders.ts";
import { sendPatch } from "./send-patch.ts";
import {
  doneOutcome,
  failedOutcome,
  changeFinding,
  requestFinding,
  notTriedOutcome,
  type Fault,
  type RequestOutcome,
} from "./request-outcome.ts";

const { retriesMax, waitMs, waitMsMax } = writeRetries;

const overtaken: Fault = {
  code: "changed-meanwhile",
  message: "another client changed the same entities at the same moment",
  hint: "look at a new plan",
};

const foreignHint = "this is not an answer of OpenSearch: check the proxy or load balancer in between";

const cannotTell = "what was stored cannot be told: look at a new plan";

/** Sends one request and returns its result. If there is no clear answer, osac reads the cluster. */
export async function sendStep(step: Step, isFirst: boolean, context: ApplyContext): Promise<RequestOutcome> {
  const moved = context.comparesBeforeEach ? await findMovement(step, context) : undefined;
  if (moved) return moved;
  const outcome = await attemptStep(step, isFirst, context);
  return mayBeStored(outcome) ? proveAccessKept(step, outcome, context) : outcome;
}

/** Finds a reason not to send: an entity changed since the plan, or osac cannot read it. */
async function findMovement(step: Step, context: ApplyContext): Promise<RequestOutcome | undefined> {
  try {
    return allMatchBefore(await readWriteStates(step, context))
      ? undefined
      : notTriedOutcome(step, [
          requestFinding(step, { ...overtaken, message: "it changed after the plan was made; not written" }),
        ]);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    const message = `not written, because osac could not check whether it changed after the plan was made: ${describeReply(error)}`;
    return notTriedOutcome(step, [requestFinding(step, { code: "not-checked", message })]);
  }
}

/** After a lockout the caller cannot read whether a write without an answer was stored. */
function mayBeStored({ results, isUnknown }: RequestOutcome): boolean {
  return isUnknown === true || results.includes("done");
}

/** Reverts a write that locked the caller out. If osac cannot check the access, a finding reports that. */
async function proveAccessKept(
  step: Step,
  outcome: RequestOutcome,
  context: ApplyContext,
): Promise<RequestOutcome> {
  try {
    const why = await proveAccess(step, context);
    return why === undefined ? outcome : await restoreAccess(step, why, context);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    const what = outcome.isUnknown ? "it may have been written" : "it was written";
    const message = `${what}, and osac could not check whether the caller kept its access: ${describeReply(error)}`;
    const hint = "run osac status";
    const finding = requestFinding(step, { code: "access-not-verified", message, hint });
    return { ...outcome, findings: [...outcome.findings, finding], mayGoOn: false };
  }
}

async function attemptStep(step: Step, isFirst: boolean, context: ApplyContext): Promise<RequestOutcome> {
  for (let retries = 0; ; retries += 1) {
    const untilMs = performance.now() + patienceMs(context);
    const reply = await sendPatch(step.kind, step.operations.flat(), context.writer);
    switch (classifyReply(reply)) {
      case "written":
        return doneOutcome(step);
      case "unloadable":
        return recover(step, reply, isFirst, context);
      case "refused":
        return explainRefusedStep(step, reply, context);
      case "unclear":
        return decideOutcome(step, reply, mayStillWork(reply) ? untilMs : 0, context);
      default: {
        const outcome = await prepareRetry(step, reply, retries, context);
        if (outcome) return outcome;
      }
    }
  }
}

/** Nothing was written. Each change that the server refuses gets a finding of its own. */
async function explainRefusedStep(
  step: Step,
  reply: Reply,
  { writer }: ApplyContext,
): Promise<RequestOutcome> {
  const fault: Fault = {
    code: "rejected",
    message: describeReply(reply),
    hint: findRefusalHint(reply),
  };
  const whole = failedOutcome(step, fault, true);
  // What stands before the server refuses the request, and no change in it.
  if (step.changes.length === 1 || isEdgeReply(reply)) return whole;
  const { found, isComplete } = await findOffenders(step, writer);
  if (found.length === 0) return whole;
  const rest = step.changes.length - found.length;
  const more = isComplete ? "" : ", or of others that were not found";
  const hint = `because of it${more}, ${rest} more ${rest === 1 ? "change" : "changes"} to ${step.kind} could not be written`;
  const offenders = new Set(found.map(({ change }) => change));
  return {
    results: step.changes.map((change) => (offenders.has(change) ? "failed" : "not-tried")),
    findings: found.map((offender) =>
      changeFinding(offender.change, {
        code: "rejected",
        message: describeReply(offender.reply),
        hint: rest === 0 ? undefined : hint,
      }),
    ),
    mayGoOn: true,
  };
}

function findRefusalHint(reply: Reply): string | undefined {
  if (isForeign(reply)) return foreignHint;
  return isEdgeReply(reply) ? edgeHint(reply) : undefined;
}

function isEdgeReply(reply: Reply): reply is Answer {
  return !(reply instanceof OsacError) && isFromEdge(reply);
}

/** Waits before another attempt. Returns undefined if the request may be sent again, else its outcome. */
async function prepareRetry(
  step: Step,
  reply: Reply,
  retries: number,
  context: ApplyContext,
): Promise<RequestOutcome | undefined> {
  const isConflict = classifyReply(reply) === "conflict";
  if (isConflict && retries === retriesMax)
    return failedOutcome(
      step,
      { code: "conflict", message: `${describeReply(reply)}, again and again` },
      true,
    );
  await waitBeforeRetry(reply, retries, context.signal);
  if (retries === retriesMax) return decideOutcome(step, reply, 0, context);
  try {
    const states = await readWriteStates(step, context);
    if (allMatchBefore(states)) return context.signal.aborted ? notTriedOutcome(step) : undefined;
    return allMatchAfter(states) ? doneOutcome(step) : failedOutcome(step, overtaken, true);
  } catch (error) {
    return lostOutcome(step, error);
  }
}

/** After a lost answer or a 5xx the write may have taken place. osac reads the live entities to decide. */
async function decideOutcome(
  step: Step,
  reply: Reply,
  untilMs: number,
  context: ApplyContext,
): Promise<RequestOutcome> {
  const seconds = Math.ceil((untilMs - performance.now()) / 1000);
  if (seconds > 0) context.onUnclear?.(step, seconds);
  try {
    const states = await pollUntilKnown(step, context, untilMs);
    const evidence = classifyEvidence(states);
    if (evidence === "written") return doneOutcome(step);
    const message = describeReply(reply);
    if (evidence === "not-written") {
      const hint = "a second look showed that nothing of this request was stored";
      return failedOutcome(step, { code: "write-failed", message, hint }, true);
    }
    const hint = evidence === "both" ? "another client wrote part of it: make a new plan" : cannotTell;
    const isThere = states.map(({ matchesAfter, matchesBefore }) => matchesAfter && !matchesBefore);
    return {
      ...failedOutcome(step, { code: "write-failed", message, hint }, false),
      results: isThere.map((one) => (one ? "done" : "failed")),
      isUnknown: evidence === "unclear" || undefined,
    };
  } catch (error) {
    return lostOutcome(step, error);
  }
}

/**
 * The outcome if osac cannot read the cluster. It is no error, so that the report still has the earlier
 * requests.
 */
function lostOutcome(step: Step, error: unknown): RequestOutcome {
  if (!(error instanceof OsacError)) throw error;
  const outcome = failedOutcome(
    step,
    { code: "write-failed", message: describeReply(error), hint: cannotTell },
    false,
  );
  return { ...outcome, isUnknown: true };
}

/**
 * Waits as long as the server asks for, else for a random time, so that two runs do not conflict again. The
 * signal ends the wait.
 */
async function waitBeforeRetry(reply: Reply, retries: number, signal: AbortSignal): Promise<void> {
  const asked = reply instanceof OsacError ? undefined : parseRetryAfter(reply, Date.now());
  const ms = asked ?? waitMs * (retries + Math.random()) * (classifyReply(reply) === "busy" ? 4 : 1);
  // The signal ends the wait with a rejection, which is not a failure.
  await sleep(Math.min(ms, waitMsMax), undefined, { signal }).catch(() => {});
}
