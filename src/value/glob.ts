import { matchesParts, type Part } from "./wildcards.ts";

const wildcards: Readonly<Record<string, Part>> = { "*": "many", "?": "one" };

/**
 * Returns true if a pattern matches the whole name: `*` stands for any characters, `?` for one. A `\` before
 * them makes them literal.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  return readGlob(pattern)(name);
}

/** Returns the only name that a pattern matches; undefined if it has a wildcard. */
export function readLiteral(pattern: string): string | undefined {
  return /(?<!\\)[*?]/.test(pattern) ? undefined : pattern.replaceAll(/\\([*?])/g, "$1");
}

/** Compiles a pattern once, to match many names with it. */
export function readGlob(pattern: string): (name: string) => boolean {
  const parts = (pattern.match(/\\[*?]|[^]/gu) ?? []).map(
    (part): Part =>
      wildcards[part] ?? { is: part.length > 1 && part.startsWith("\\") ? part.slice(1) : part },
  );
  return (name) => matchesParts(parts, [...name]);
}
