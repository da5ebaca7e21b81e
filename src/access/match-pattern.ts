import { matchesExpression } from "../value/match-expression.ts";
import { matchesWildcards } from "../value/wildcards.ts";
import type { Certainty } from "./certainty.ts";

/** Longer names are nobody's, and comparing them with long patterns takes long. */
const textMax = 4096;

/** Characters that a JavaScript expression in Unicode mode lets a backslash stand before. */
const syntax = "^$\\.*+?()[]{}|/";

/** What both languages write alike and mean differently: intersections, and named classes of characters. */
const differs = /&&|\\[pP]/;

/**
 * Whether a pattern of the plugin matches a text, as its `WildcardMatcher` does: `*` is anything, `/…/` a regular
 * expression of Java for the whole text, `*` and `?` stand for any characters and for one, and all else for itself.
 * An expression that cannot be carried over from Java leaves the question open.
 */
export function matches(pattern: string, text: string): Certainty {
  return readPattern(pattern)(text);
}

/** The same for many texts, the pattern being read once. */
export function readPattern(pattern: string): (text: string) => Certainty {
  if (pattern.trim() === "") return () => "no";
  if (pattern === "*") return () => "yes";
  if (isExpression(pattern)) return (text) => toCertainty(matchesJavaRegex(pattern.slice(1, -1), text));
  if (!isWildcard(pattern)) return (text) => toCertainty(pattern === text);
  const start = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !isWildcard(start)) return (text) => toCertainty(text.startsWith(start));
  return (text) => (text.length > textMax ? "unsure" : toCertainty(matchesWildcards(pattern, text)));
}

/** Whether a pattern is one text and matches nothing else. */
export function isLiteral(pattern: string): boolean {
  return !isWildcard(pattern) && !isExpression(pattern) && pattern.trim() !== "";
}

/** Whether a pattern is a regular expression. */
export function isExpression(pattern: string): boolean {
  return pattern.length > 1 && pattern.startsWith("/") && pattern.endsWith("/");
}

function isWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

function toCertainty(isMatch: boolean | undefined): Certainty {
  if (isMatch === undefined) return "unsure";
  return isMatch ? "yes" : "no";
}

/** Whether an expression of Java matches; undefined where JavaScript has no equal, or where there is doubt. */
function matchesJavaRegex(source: string, text: string): boolean | undefined {
  const [flag = "", body = source] = /^\(\?(i)\)(.*)$/s.exec(source)?.slice(1) ?? [];
  if (differs.test(body)) return undefined;
  const portable = body.replaceAll(/\\([^\sA-Za-z0-9])/g, (escaped, character: string) =>
    syntax.includes(character) ? escaped : escapeLiteral(character),
  );
  return matchesExpression(portable, text, flag === "i");
}

/** Java lets a backslash stand before any character that is no letter. */
function escapeLiteral(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
