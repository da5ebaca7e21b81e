import type { Answer } from "../model/cluster.ts";

/** The statuses of a temporary failure: of a busy server, or of a proxy that does not reach the server. */
export const transientStatuses: readonly number[] = [429, 502, 503, 504];

/** The wait that a busy server asks for. Undefined if it asks for none. */
export function parseRetryAfter({ headers }: Answer, now: number): number | undefined {
  const asked = String(headers["retry-after"] ?? "").trim();
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const date = Date.parse(asked);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
