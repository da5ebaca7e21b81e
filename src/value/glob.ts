import { matchesParts, type Part } from "./wildcards.ts";

const wildcards: Readonly<Record<string, Part>> = { "*": "many", "?": "one" };

/** Whether a pattern fits the whole name: `*` stands for any characters, `?` for one; a `\` before them takes that away. */
export function matchesGlob(pattern: string, name: string): boolean {
  return readGlob(pattern)(name);
}

/** The same for many names, the pattern being read once. */
export function readGlob(pattern: string): (name: string) => boolean {
  const parts = (pattern.match(/\\[*?]|[^]/gu) ?? []).map(
    (part): Part =>
      wildcards[part] ?? { is: part.length > 1 && part.startsWith("\\") ? part.slice(1) : part },
  );
  return (name) => matchesParts(parts, [...name]);
}
