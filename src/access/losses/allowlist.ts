import { notAllowlisted } from "../allowlist.ts";
import type { Principal } from "../principal.ts";
import type { Turn } from "../documents.ts";
import { changeOf, type Loss } from "./loss.ts";

/** Requests that a message names. */
const namesMax = 4;

/** What an allowlist refuses that the principal has to be able to send. */
export function allowlistLosses(turn: Turn, { requests }: Principal): Loss[] {
  const change = changeOf(turn, "allowlist", "config");
  if (!change) return [];
  const open = new Set(notAllowlisted(turn.before, requests));
  const closed = notAllowlisted(turn.after, requests).filter((request) => !open.has(request));
  if (closed.length === 0) return [];
  const names = closed.slice(0, namesMax).map(({ method, path }) => `${method} ${path}`);
  const more = closed.length > namesMax ? ` and ${closed.length - namesMax} more` : "";
  return [
    {
      verdict: "no",
      change,
      why: `after this change only the admin certificate can send ${names.join(", ")}${more}`,
      hint: "list these paths with their methods, or leave the allowlist off",
    },
  ];
}
