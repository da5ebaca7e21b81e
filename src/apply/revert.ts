import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../errors.ts";
import { invertRequest } from "../plan/inverse.ts";
import { makeTrial } from "../plan/trial-patch.ts";
import type { InversePatch, Step } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Operation } from "../model/value.ts";
import { describeReply, isEffective, classifyReply, type Reply } from "./classify-reply.ts";
import { allMatchBefore, readWriteStates } from "./poll-write.ts";
import { sendPatch } from "./send-patch.ts";
import { patienceMs, type WriteAccess } from "./context.ts";

/** The most attempts to send the inverse patch. Reverting a harmful change is urgent. */
const attemptsMax = 5;

const pauseMs = 500;

/** The most test writes to find out whether writes take effect again. */
const trialsMax = 3;

/** The result of reverting a request. */
export interface RevertResult {
  readonly inverse: InversePatch;
  /** Every entity of the request reads as before it. */
  readonly isBack: boolean;
  /** A write has taken effect since. */
  readonly isWriting: boolean;
  readonly reason?: string;
}

/**
 * Reverts a request. osac then reads whether its entities are as before, and checks that writes take effect.
 * The inverse patch shows this if the server answers it with 200; else osac creates and deletes a test
 * entity.
 */
export async function revert(step: Step, access: WriteAccess): Promise<RevertResult> {
  const inverse = invertRequest(step, access.live.get(step.kind)!);
  if (inverse.operations.length === 0)
    return { inverse, isBack: false, isWriting: false, reason: "nothing of what was there before is known" };
  const reverted = await sendInverse(step, inverse, access);
  return reverted.isBack && !reverted.isWriting
    ? { ...reverted, isWriting: await checkWritesTakeEffect(step.kind, access) }
    : reverted;
}

async function sendInverse(step: Step, inverse: InversePatch, access: WriteAccess): Promise<RevertResult> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await sendPatch(inverse.kind, inverse.operations, access.writer);
    const isBack = await checkMatchesBefore(step, access);
    const isWriting = isWritten(reply);
    if (isBack === true) return { inverse, isBack, isWriting };
    const reason = isWriting ? isBack : describeReply(reply);
    if (attempt === attemptsMax || classifyReply(reply) === "refused")
      return { inverse, isBack: false, isWriting, reason };
    await sleep(computePauseMs(attempt, access));
  }
}

function isWritten(reply: Reply): boolean {
  return !(reply instanceof OsacError) && reply.status === 200 && isEffective(reply);
}

/** Returns true, or the reason why the entities are not as before. */
async function checkMatchesBefore(step: Step, access: WriteAccess): Promise<true | string> {
  try {
    return (
      allMatchBefore(await readWriteStates(step, access)) || "what is there is not what was there before"
    );
  } catch (error) {
    if (error instanceof OsacError) return error.findings[0]!.message;
    throw error;
  }
}

/** Creates a test entity that grants nothing and deletes it again, to find out whether writes take effect. */
async function checkWritesTakeEffect(kind: KindName, access: WriteAccess): Promise<boolean> {
  for (let trial = 1; trial <= trialsMax; trial += 1) {
    await sleep(computePauseMs(trial, access));
    const { kind: tried, add, remove } = makeTrial(kind, `osac-trial-${randomUUID()}`);
    const send = async (operations: readonly Operation[]): Promise<boolean> =>
      isWritten(await sendPatch(tried, operations, access.writer));
    const isAdded = await send(add);
    const isRemoved = (await send(remove)) || (isAdded && (await send(remove)));
    if (isAdded || isRemoved) return true;
  }
  return false;
}

/** The pause grows with each attempt, because a node that is loading needs time. */
function computePauseMs(attempt: number, access: WriteAccess): number {
  return Math.min(pauseMs * 2 ** attempt, patienceMs(access) / 10) * (0.5 + Math.random());
}
