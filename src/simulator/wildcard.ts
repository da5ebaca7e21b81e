import { matchesWildcards } from "../value/wildcards.ts";

/**
 * Returns true if a pattern of the plugin (`*`, `?`, or `/a regular expression/`) matches one of the texts.
 */
export function matchesAny(patterns: readonly string[], candidates: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === "*" || candidates.includes(pattern)) return true;
    const fits = compilePattern(pattern);
    return fits !== undefined && candidates.some(fits);
  });
}

function compilePattern(pattern: string): ((candidate: string) => boolean) | undefined {
  if (pattern.length > 2 && pattern.startsWith("/") && pattern.endsWith("/")) {
    const expression = javaExpression(pattern);
    return (candidate) => expression.test(candidate);
  }
  return /[*?]/.test(pattern) ? (candidate) => matchesWildcards(pattern, candidate) : undefined;
}

/** Parses a Java expression between slashes, for the whole text. It supports only the flag `i`. */
export function javaExpression(pattern: string): RegExp {
  const [, flag = "", source = ""] = /^\/(?:\(\?(i)\))?(.*)\/$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${source})$`, flag);
}
