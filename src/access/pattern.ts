import type { Verdict } from "./verdict.ts";

/** Characters that a JavaScript expression in Unicode mode lets a backslash stand before. */
const syntax = "^$\\.*+?()[]{}|/";

/** What both languages write alike and mean differently: intersections, and named classes of characters. */
const differs = /&&|\\[pP]/;

/**
 * Whether a pattern of the plugin matches a text, as its `WildcardMatcher` does: `*` is anything, `/…/` a regular
 * expression of Java for the whole text, `*` and `?` stand for any characters and for one, and all else for itself.
 * An expression that cannot be carried over from Java leaves the question open.
 */
export function matches(pattern: string, text: string): Verdict {
  if (pattern.trim() === "") return "no";
  if (pattern === "*" || pattern === text) return "yes";
  if (pattern.length > 1 && pattern.startsWith("/") && pattern.endsWith("/")) {
    const expression = fromJava(pattern.slice(1, -1));
    return expression ? verdictOf(expression.test(text)) : "unsure";
  }
  return /[*?]/.test(pattern) ? verdictOf(fromWildcards(pattern).test(text)) : "no";
}

function verdictOf(isMatch: boolean): Verdict {
  return isMatch ? "yes" : "no";
}

function fromWildcards(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** The same expression in JavaScript; undefined where it has no equal, or where there is doubt. */
function fromJava(source: string): RegExp | undefined {
  const [flag = "", body = source] = /^\(\?(i)\)(.*)$/s.exec(source)?.slice(1) ?? [];
  if (differs.test(body)) return undefined;
  const portable = body.replaceAll(/\\([^\sA-Za-z0-9])/g, (escaped, character: string) =>
    syntax.includes(character) ? escaped : literal(character),
  );
  try {
    return new RegExp(`^(?:${portable})$`, `u${flag}`);
  } catch {
    return undefined;
  }
}

/** Java lets a backslash stand before any character that is no letter. */
function literal(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
