import type { Answer } from "../model/cluster.ts";
import { brokenAnswer } from "./connection-failure.ts";

/** How often osac repeats a request, how long it waits before the first time, and the longest wait. */
interface RetryPolicy {
  readonly retriesMax: number;
  readonly waitMs: number;
  readonly waitMsMax: number;
}

/** A read is repeated after any temporary failure. */
export const readRetries: RetryPolicy = { retriesMax: 3, waitMs: 200, waitMsMax: 5_000 };

/** A write is repeated after a conflict, and to a busy server. A busy server may ask for a long wait. */
export const writeRetries: RetryPolicy = { retriesMax: 3, waitMs: 250, waitMsMax: 30_000 };

/** Errors of an established connection. A closed port or an unknown host does not recover within seconds. */
const retriedCodes = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", brokenAnswer];

/** The statuses of a temporary failure: of a busy server, or of a proxy that does not reach the server. */
const transientStatuses: readonly number[] = [429, 502, 503, 504];

/** True if the server is too busy. Amazon OpenSearch Service also says so with a 403, before the plugin. */
export function isThrottled({ status, text }: Pick<Answer, "status" | "text">): boolean {
  return status === 429 || (status === 403 && /Request throttled due to too many requests/i.test(text));
}

/** True for a failure that may soon be over. */
export function isTransientAnswer(answer: Answer): boolean {
  return transientStatuses.includes(answer.status) || isThrottled(answer);
}

/** True for a lost connection, and for an answer of a temporary failure. */
export function isTransient(answer: Answer | (Error & { readonly code?: string })): boolean {
  return answer instanceof Error ? retriedCodes.includes(answer.code ?? "") : isTransientAnswer(answer);
}

/** The wait before a read is repeated: what the server asks for, up to a limit, or twice the wait before. */
export function computeReadWaitMs(retry: number, answer: Answer | Error): number {
  const usualMs = readRetries.waitMs * 2 ** retry;
  const asked = answer instanceof Error ? undefined : parseRetryAfter(answer, Date.now());
  return Math.min(asked ?? usualMs, readRetries.waitMsMax);
}

/** The wait that a busy server asks for. Undefined if it asks for none. */
export function parseRetryAfter({ headers }: Answer, now: number): number | undefined {
  const asked = String(headers["retry-after"] ?? "").trim();
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const date = Date.parse(asked);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
