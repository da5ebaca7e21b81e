import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../errors.ts";
import type {
  Answer,
  Change,
  Finding,
  KindName,
  LiveKind,
  PatchRequest,
  Standing,
  Writer,
} from "../model.ts";
import { serverMessage } from "./refusal.ts";

/** How often a request is sent again after somebody else wrote the kind at the same moment. */
const conflictsMax = 3;

const conflictWaitMs = 250;

/** Entities that a message names. */
const namesMax = 10;

/** What became of one change. */
export interface Outcome {
  readonly change: Change;
  readonly result: "done" | "failed" | "not-tried";
}

/** How far a run of requests came. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/** What applying needs to know of its surroundings. */
export interface Surroundings {
  readonly writer: Writer;
  /** The kind as it is now. */
  readonly reread: (kind: KindName) => Promise<LiveKind>;
  readonly standingOf: (change: Change, live: LiveKind) => Standing;
  readonly signal: AbortSignal;
  readonly onRequest: (request: PatchRequest, index: number) => void;
}

type Verdict = { readonly isDone: true } | { readonly isDone: false; readonly finding: Finding };

const done: Verdict = { isDone: true };

const overtaken = {
  code: "changed-meanwhile",
  message: "somebody else changed the same entities at the same moment",
  hint: "look at a new plan",
};

/** Sends the requests one after the other and stops at the first that fails. */
export async function applyRequests(
  requests: readonly PatchRequest[],
  around: Surroundings,
): Promise<Applied> {
  const results = new Map<Change, Outcome["result"]>(
    requests.flatMap(({ changes }) => changes.map((change) => [change, "not-tried"])),
  );
  const findings: Finding[] = [];
  for (const [index, request] of requests.entries()) {
    if (around.signal.aborted) break;
    around.onRequest(request, index);
    const verdict = await applyRequest(request, around).catch((error: unknown) => lost(request, error));
    for (const change of request.changes)
      if (!request.isStub || !verdict.isDone) results.set(change, verdict.isDone ? "done" : "failed");
    if (verdict.isDone) continue;
    findings.push(verdict.finding);
    break;
  }
  return { outcomes: [...results].map(([change, result]) => ({ change, result })), findings };
}

async function applyRequest(request: PatchRequest, around: Surroundings): Promise<Verdict> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await patched(request, around.writer);
    if (answer instanceof OsacError) return decided(request, around, answer.findings[0]!.message);
    if (answer.status === 200) return done;
    if (isPoisoned(answer)) return failed(request, poisoned(answer));
    if (answer.status >= 500) return decided(request, around, rejection(answer));
    if (!isConflict(answer)) return failed(request, { code: "rejected", message: rejection(answer) });
    if (attempt === conflictsMax)
      return failed(request, { code: "conflict", message: `${rejection(answer)}, again and again` });
    await sleep(conflictWaitMs * (attempt + Math.random()));
    if (!(await standings(request, around)).every(({ isBefore }) => isBefore))
      return failed(request, overtaken);
  }
}

async function patched({ kind, operations }: PatchRequest, writer: Writer): Promise<Answer | OsacError> {
  try {
    return await writer.patch(kind, operations);
  } catch (error) {
    if (error instanceof OsacError) return error;
    throw error;
  }
}

/** Nobody could be asked what became of the request; what earlier ones did must be told all the same. */
function lost(request: PatchRequest, error: unknown): Verdict {
  if (!(error instanceof OsacError)) throw error;
  const hint = "what was stored cannot be told: look at a new plan";
  return failed(request, { code: "write-failed", message: error.findings[0]!.message, hint });
}

/** A lost answer or a 5xx does not tell whether the write took place: what is there decides. */
async function decided(request: PatchRequest, around: Surroundings, message: string): Promise<Verdict> {
  const standing = await standings(request, around);
  const isAfter = standing.every((one) => one.isAfter);
  const isBefore = standing.every((one) => one.isBefore);
  if (isAfter && !isBefore) return done;
  const hint =
    isBefore && !isAfter
      ? "a second look showed that nothing of this request was stored"
      : "what was stored cannot be told: look at a new plan";
  return failed(request, { code: "write-failed", message, hint });
}

async function standings(request: PatchRequest, around: Surroundings): Promise<Standing[]> {
  const live = await around.reread(request.kind);
  return request.changes.map((change) => around.standingOf(change, live));
}

/** Stored, but a node cannot load it (`security-api` 9.1): whatever is written from now on has no effect. */
function isPoisoned({ status, text }: Answer): boolean {
  return status === 500 && /Failed node/.test(text);
}

function poisoned(answer: Answer): Pick<Finding, "code" | "message" | "hint"> {
  return {
    code: "poisoned",
    message: `${rejection(answer)}: the change is stored, but the cluster cannot load it, and no later write takes effect`,
    hint: "do not restart any node: nobody could log in after it. Take the change back with the admin certificate, then look at the log of the node",
  };
}

function isConflict({ status, text }: Answer): boolean {
  return status === 409 && /version conflict/i.test(text);
}

function rejection(answer: Answer): string {
  return `the server answered ${answer.status}: ${serverMessage(answer)}`;
}

function failed({ kind, changes }: PatchRequest, fault: Pick<Finding, "code" | "message" | "hint">): Verdict {
  const [only, ...others] = changes;
  if (others.length === 0 && only) {
    const at = only.at ? { at: only.at } : {};
    return { isDone: false, finding: { severity: "error", kind, ...fault, name: only.name, ...at } };
  }
  const names = changes.slice(0, namesMax).map(({ name }) => name);
  const rest = changes.length > namesMax ? ` and ${changes.length - namesMax} more` : "";
  const message = `${fault.message} (the request had ${names.join(", ")}${rest})`;
  return { isDone: false, finding: { severity: "error", kind, ...fault, message } };
}
