import { matchesWildcards } from "../value/wildcards.ts";
import { isPattern } from "./java-regex/java-regex.ts";

/** True if the first of two patterns certainly matches all that the second one matches. */
export function covers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  if (!outer.includes("*") || isPattern(outer) || isPattern(inner) || inner.includes("${")) return false;
  // A `?` of the outer pattern would match the `*` of the inner one.
  return !outer.includes("?") && matchesWildcards(outer, inner);
}
