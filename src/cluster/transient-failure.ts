import type { Answer } from "../model/cluster.ts";

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

/** The wait that a busy server asks for. Undefined if it asks for none. */
export function parseRetryAfter({ headers }: Answer, now: number): number | undefined {
  const asked = String(headers["retry-after"] ?? "").trim();
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const date = Date.parse(asked);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
