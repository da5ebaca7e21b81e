import { listNames } from "../../value/list-names.ts";
import { findNotAllowlisted } from "../allowlist.ts";
import type { Principal } from "../principal.ts";
import type { Transition } from "../documents.ts";
import { findChange, type Loss } from "./loss.ts";

/** The most requests in a message. */
const namesMax = 4;

/** Finds requests of the principal that the new allowlist refuses. */
export function allowlistLosses(transition: Transition, { requests }: Principal): Loss[] {
  const change = findChange(transition, "allowlist", "config");
  if (!change) return [];
  const open = new Set(findNotAllowlisted(transition.before, requests));
  const closed = findNotAllowlisted(transition.after, requests).filter((request) => !open.has(request));
  if (closed.length === 0) return [];
  const names = closed.map(({ method, path }) => `${method} ${path}`);
  return [
    {
      certainty: "no",
      change,
      why: `after this change only the admin certificate can send ${listNames(names, namesMax)}`,
      hint: "list these paths with their methods, or leave the allowlist off",
    },
  ];
}
