import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../../errors.ts";
import type { Step } from "../../model.ts";
import { inWords, isForeign, mayStillWork, meaningOf, type Reply } from "./answers.ts";
import { retryAfterMs } from "../retry-after.ts";
import { proveAccess } from "./access-proof.ts";
import { patienceMs, type ApplyContext } from "./context.ts";
import { recover, restoreAccess } from "./recover.ts";
import { areAfter, areBefore, look, sightOf, standingsOf } from "./look.ts";
import { offendersOf } from "./offenders.ts";
import { patched } from "./patched.ts";
import { done, failed, findingAbout, findingOf, notTried, type Verdict } from "./verdict.ts";

/** How often a request is sent again after a conflict, or to a server that was busy. */
const retriesMax = 3;

const pauseMs = 250;

/** Nobody waits longer, whatever a server asks for. */
const pauseMsMax = 30_000;

const overtaken = {
  code: "changed-meanwhile",
  message: "another client changed the same entities at the same moment",
  hint: "look at a new plan",
};

const cannotTell = "what was stored cannot be told: look at a new plan";

/** Sends one request, and finds out what became of it. */
export async function send(step: Step, isFirst: boolean, context: ApplyContext): Promise<Verdict> {
  const moved = context.comparesBeforeEach ? await movedBefore(step, context) : undefined;
  if (moved) return moved;
  const verdict = await attempt(step, isFirst, context);
  return mayBeStored(verdict) ? keepAccess(step, verdict, context) : verdict;
}

/** Why not to send: what was planned for is not there any more, or nobody can look. */
async function movedBefore(step: Step, context: ApplyContext): Promise<Verdict | undefined> {
  try {
    return areBefore(await standingsOf(step, context))
      ? undefined
      : notTried(step, [
          findingOf(step, { ...overtaken, message: "it changed after the plan was made; not written" }),
        ]);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    const message = `not written, because osac could not check whether it changed after the plan was made: ${inWords(error)}`;
    return notTried(step, [findingOf(step, { code: "not-checked", message })]);
  }
}

/** What locks the caller out keeps it from reading what became of a lost answer, too. */
function mayBeStored({ results, isUnknown }: Verdict): boolean {
  return isUnknown === true || results.includes("done");
}

/** A write that took the caller's access away is taken back; where nobody can be asked, nobody knows. */
async function keepAccess(step: Step, verdict: Verdict, context: ApplyContext): Promise<Verdict> {
  try {
    const why = await proveAccess(step, context);
    return why === undefined ? verdict : await restoreAccess(step, why, context);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    const what = verdict.isUnknown ? "it may have been written" : "it was written";
    const message = `${what}, and osac could not check whether the caller kept its access: ${inWords(error)}`;
    const hint = "run osac status";
    const finding = findingOf(step, { code: "access-not-proved", message, hint });
    return { ...verdict, findings: [...verdict.findings, finding], mayGoOn: false };
  }
}

async function attempt(step: Step, isFirst: boolean, context: ApplyContext): Promise<Verdict> {
  for (let retries = 0; ; retries += 1) {
    const untilMs = performance.now() + patienceMs(context);
    const reply = await patched(step.kind, step.operations.flat(), context.writer);
    switch (meaningOf(reply)) {
      case "written":
        return done(step);
      case "unloadable":
        return recover(step, reply, isFirst, context);
      case "refused":
        return refused(step, reply, context);
      case "unclear":
        return decide(step, reply, mayStillWork(reply) ? untilMs : 0, context);
      default: {
        const verdict = await beforeRetry(step, reply, retries, context);
        if (verdict) return verdict;
      }
    }
  }
}

/** Nothing was written, which every change at fault is told by itself. */
async function refused(step: Step, reply: Reply, { writer }: ApplyContext): Promise<Verdict> {
  const between = {
    hint: "this is not an answer of OpenSearch: check the proxy or load balancer in between",
  };
  const fault = { code: "rejected", message: inWords(reply), ...(isForeign(reply) ? between : {}) };
  const whole = failed(step, fault, true);
  if (step.changes.length === 1) return whole;
  const { found, isComplete } = await offendersOf(step, writer);
  if (found.length === 0) return whole;
  const rest = step.changes.length - found.length;
  const more = isComplete ? "" : ", or of others that were not found";
  const hint = `because of it${more}, ${rest} more ${rest === 1 ? "change" : "changes"} to ${step.kind} could not be written`;
  const offenders = new Set(found.map(({ change }) => change));
  return {
    results: step.changes.map((change) => (offenders.has(change) ? "failed" : "not-tried")),
    findings: found.map((offender) =>
      findingAbout(offender.change, {
        code: "rejected",
        message: inWords(offender.reply),
        ...(rest === 0 ? {} : { hint }),
      }),
    ),
    mayGoOn: true,
  };
}

/** Waits, and looks whether the request may be sent again: undefined, or why the end has come. */
async function beforeRetry(
  step: Step,
  reply: Reply,
  retries: number,
  context: ApplyContext,
): Promise<Verdict | undefined> {
  const isConflict = meaningOf(reply) === "conflict";
  if (isConflict && retries === retriesMax)
    return failed(step, { code: "conflict", message: `${inWords(reply)}, again and again` }, true);
  await pause(reply, retries, context.signal);
  if (retries === retriesMax) return decide(step, reply, 0, context);
  try {
    const standings = await standingsOf(step, context);
    if (areBefore(standings)) return context.signal.aborted ? notTried(step) : undefined;
    return areAfter(standings) ? done(step) : failed(step, overtaken, true);
  } catch (error) {
    return lost(step, error);
  }
}

/** A lost answer or a 5xx does not tell whether the write took place: what is there decides. */
async function decide(step: Step, reply: Reply, untilMs: number, context: ApplyContext): Promise<Verdict> {
  const seconds = Math.ceil((untilMs - performance.now()) / 1000);
  if (seconds > 0) context.onUnclear?.(step, seconds);
  try {
    const standings = await look(step, context, untilMs);
    const sight = sightOf(standings);
    if (sight === "written") return done(step);
    const message = inWords(reply);
    if (sight === "not-written") {
      const hint = "a second look showed that nothing of this request was stored";
      return failed(step, { code: "write-failed", message, hint }, true);
    }
    const hint = sight === "both" ? "another client wrote part of it: make a new plan" : cannotTell;
    const isThere = standings.map(({ isAfter, isBefore }) => isAfter && !isBefore);
    return {
      ...failed(step, { code: "write-failed", message, hint }, false),
      results: isThere.map((one) => (one ? "done" : "failed")),
      ...(sight === "unclear" ? { isUnknown: true } : {}),
    };
  } catch (error) {
    return lost(step, error);
  }
}

/** Nobody could be asked what became of the request; what earlier ones did must be told all the same. */
function lost(step: Step, error: unknown): Verdict {
  if (!(error instanceof OsacError)) throw error;
  const verdict = failed(step, { code: "write-failed", message: inWords(error), hint: cannotTell }, false);
  return { ...verdict, isUnknown: true };
}

/** As long as the server asks for, else a moment of chance length, so that two runs do not meet again. A signal ends it. */
async function pause(reply: Reply, retries: number, signal: AbortSignal): Promise<void> {
  const asked = reply instanceof OsacError ? undefined : retryAfterMs(reply, Date.now());
  const ms = asked ?? pauseMs * (retries + Math.random()) * (meaningOf(reply) === "busy" ? 4 : 1);
  // The reason of the signal is its name, which is no error.
  await sleep(Math.min(ms, pauseMsMax), undefined, { signal }).catch(() => {});
}
