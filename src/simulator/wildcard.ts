/** Whether a pattern of the plugin's (`*`, `?`, or `/a regular expression/`) matches one of the texts. */
export function matchesAny(patterns: readonly string[], candidates: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === "*" || candidates.includes(pattern)) return true;
    const expression = expressionOf(pattern);
    return expression !== undefined && candidates.some((candidate) => expression.test(candidate));
  });
}

function expressionOf(pattern: string): RegExp | undefined {
  if (pattern.length > 2 && pattern.startsWith("/") && pattern.endsWith("/")) {
    return javaExpression(pattern);
  }
  if (!/[*?]/.test(pattern)) return undefined;
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** An expression of Java between slashes, for the whole text; only the flag that people use is understood. */
export function javaExpression(pattern: string): RegExp {
  const [, flag = "", source = ""] = /^\/(?:\(\?(i)\))?(.*)\/$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${source})$`, flag);
}
