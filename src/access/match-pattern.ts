import { readExpression } from "../value/match-expression.ts";
import { matchesWildcards } from "../value/wildcards.ts";
import type { Certainty } from "./certainty.ts";

/** No real name is longer, and comparing longer texts with long patterns takes long. */
const textMax = 4096;

/** Characters that may have a backslash before them in a JavaScript expression in Unicode mode. */
const syntax = "^$\\.*+?()[]{}|/";

/**
 * Syntax that has another meaning in Java than in JavaScript: intersections, and named classes of characters.
 */
const differs = /&&|\\[pP]/;

/**
 * Matches a text with a pattern as `WildcardMatcher` of the plugin does: `*` alone is anything, `/…/` is a
 * Java regular expression for the whole text, `*` and `?` stand for any characters and for one, and every
 * other character stands for itself. The answer is "unsure" for an expression that JavaScript cannot run.
 */
export function matches(pattern: string, text: string): Certainty {
  return readPattern(pattern)(text);
}

/** Reads a pattern once, to match many texts. */
export function readPattern(pattern: string): (text: string) => Certainty {
  if (pattern.trim() === "") return () => "no";
  if (pattern === "*") return () => "yes";
  if (isExpression(pattern)) {
    const test = readJavaRegex(pattern.slice(1, -1));
    return (text) => toCertainty(test(text));
  }
  if (!isWildcard(pattern)) return (text) => toCertainty(pattern === text);
  const start = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !isWildcard(start)) return (text) => toCertainty(text.startsWith(start));
  return (text) => (text.length > textMax ? "unsure" : toCertainty(matchesWildcards(pattern, text)));
}

/** True if a pattern matches exactly one text. */
export function isLiteral(pattern: string): boolean {
  return !isWildcard(pattern) && !isExpression(pattern) && pattern.trim() !== "";
}

/** True if a pattern is a regular expression. */
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

/** Reads a Java expression, to match texts. Returns undefined if JavaScript has no equal, or in doubt. */
function readJavaRegex(source: string): (text: string) => boolean | undefined {
  const [flag = "", body = source] = /^\(\?(i)\)(.*)$/s.exec(source)?.slice(1) ?? [];
  if (differs.test(body)) return () => undefined;
  const portable = body.replaceAll(/\\([^\sA-Za-z0-9])/g, (escaped, character: string) =>
    syntax.includes(character) ? escaped : escapeLiteral(character),
  );
  return readExpression(portable, flag === "i");
}

/** Java accepts a backslash before any character that is no letter. */
function escapeLiteral(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
