import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../../errors.ts";
import { inverseOf } from "../../plan/inverse.ts";
import { trialOf } from "../../plan/trial.ts";
import type { Inverse, KindName, Operation, Step } from "../../model.ts";
import { inWords, isEffective, meaningOf, type Reply } from "./answers.ts";
import { areBefore, standingsOf } from "./look.ts";
import { patched } from "./patched.ts";
import { patienceMs, type WriteAccess } from "./context.ts";

/** How often the inverse patch is sent: nothing is more urgent than taking back what does harm. */
const attemptsMax = 5;

const pauseMs = 500;

/** How often a write is tried to find out whether writes take effect again. */
const trialsMax = 3;

/** What came of taking a request back. */
export interface Undone {
  readonly inverse: Inverse;
  /** Every entity of the request reads as before it. */
  readonly isBack: boolean;
  /** A write took effect since. */
  readonly isWriting: boolean;
  /** Why it is not back. */
  readonly reason?: string;
}

/**
 * Takes a request back and proves it: by reading that its entities are as before, and by a write that the cluster
 * carried out that writes take effect. The inverse patch is such a write, if it was answered with 200.
 */
export async function undo(step: Step, access: WriteAccess): Promise<Undone> {
  const inverse = inverseOf(step, access.live.get(step.kind)!);
  if (inverse.operations.length === 0)
    return { inverse, isBack: false, isWriting: false, reason: "nothing of what was there before is known" };
  const undone = await sendBack(step, inverse, access);
  return undone.isBack && !undone.isWriting
    ? { ...undone, isWriting: await isWriting(step.kind, access) }
    : undone;
}

async function sendBack(step: Step, inverse: Inverse, access: WriteAccess): Promise<Undone> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await patched(inverse.kind, inverse.operations, access.writer);
    const isBack = await standsAsBefore(step, access);
    const isWriting = isWritten(reply);
    if (isBack === true) return { inverse, isBack, isWriting };
    const reason = isWriting ? isBack : inWords(reply);
    if (attempt === attemptsMax || meaningOf(reply) === "refused")
      return { inverse, isBack: false, isWriting, reason };
    await sleep(pause(attempt, access));
  }
}

function isWritten(reply: Reply): boolean {
  return !(reply instanceof OsacError) && reply.status === 200 && isEffective(reply);
}

/** True, or why not. */
async function standsAsBefore(step: Step, access: WriteAccess): Promise<true | string> {
  try {
    return areBefore(await standingsOf(step, access)) || "what is there is not what was there before";
  } catch (error) {
    if (error instanceof OsacError) return error.findings[0]!.message;
    throw error;
  }
}

/** Whether writes take effect: an entity that means nothing is created, and deleted again whatever came of it. */
async function isWriting(kind: KindName, access: WriteAccess): Promise<boolean> {
  for (let trial = 1; trial <= trialsMax; trial += 1) {
    await sleep(pause(trial, access));
    const { kind: tried, add, remove } = trialOf(kind, `osac-trial-${randomUUID()}`);
    const send = async (operations: readonly Operation[]): Promise<boolean> =>
      isWritten(await patched(tried, operations, access.writer));
    const isAdded = await send(add);
    const isRemoved = (await send(remove)) || (isAdded && (await send(remove)));
    if (isAdded || isRemoved) return true;
  }
  return false;
}

/** Longer each time: a node that is loading needs its time. */
function pause(attempt: number, access: WriteAccess): number {
  return Math.min(pauseMs * 2 ** attempt, patienceMs(access) / 10) * (0.5 + Math.random());
}
