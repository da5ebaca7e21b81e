import { OsacError } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Answer } from "../model/cluster.ts";
import { serverMessage } from "../cluster/explain-refusal.ts";
import { isThrottled } from "../cluster/retry-policy.ts";

/** The reply to a PATCH: an answer, or the error why there is none. */
export type Reply = Answer | OsacError;

/**
 * The meaning of a reply to a PATCH. After `conflict` and `busy` osac tries again. After `unclear` the write
 * may have taken place. After `conflict`, `busy` and `refused` nothing was written.
 */
export type Meaning = "written" | "unloadable" | "conflict" | "busy" | "unclear" | "refused";

/**
 * Error codes after which the request may have been sent. Connections that failed before mostly have other
 * codes.
 */
const sentCodes = ["timeout", "not-http", "broken-answer", "not-opensearch", "tls-failed"];

/** The first match decides. */
const meanings: readonly { readonly meaning: Meaning; readonly status: RegExp; readonly says?: RegExp }[] = [
  { meaning: "written", status: /^200$/ },
  // Stored, but a node cannot load it: later writes have no effect (docs/server.md).
  { meaning: "unloadable", status: /^500$/, says: /Failed node/ },
  { meaning: "conflict", status: /^409$/, says: /version conflict/i },
  // The server is overloaded, or a proxy answers so for it.
  { meaning: "busy", status: /^503$/ },
  { meaning: "unclear", status: /^408$/ },
  { meaning: "refused", status: /^4/ },
];

/** Judges a reply by its status and by its sender. */
export function classifyReply(reply: Reply): Meaning {
  if (reply instanceof OsacError) return "unclear";
  const { status, text } = reply;
  if (isThrottled(reply)) return "busy";
  const found = meanings.find((one) => one.status.test(`${status}`) && (one.says?.test(text) ?? true));
  return found?.meaning ?? "unclear";
}

/**
 * The server may continue the write after a reply of a proxy. OpenSearch itself answers when the write is
 * done.
 */
export function mayStillWork(reply: Reply): boolean {
  if (reply instanceof OsacError) return reply.findings.some(({ code }) => sentCodes.includes(code));
  return !isRecord(reply.body);
}

/**
 * OpenSearch answers in JSON, or with an empty body if a request is too long. Other answers come from a
 * proxy.
 */
export function isForeign(reply: Reply): boolean {
  return !(reply instanceof OsacError) && reply.text !== "" && !isRecord(reply.body);
}

/** A 200 to a patch that changes nothing does not prove that writes take effect. */
export function isEffective({ text }: Answer): boolean {
  return !/No updates required/i.test(text);
}

/** The reply in words. */
export function describeReply(reply: Reply): string {
  if (reply instanceof OsacError) return reply.findings[0]!.message;
  return `the server answered ${reply.status}: ${serverMessage(reply)}`;
}
