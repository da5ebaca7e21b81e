const wildcards: Readonly<Record<string, string>> = { "*": ".*", "?": "." };

/** Whether a pattern fits the whole name: `*` stands for any characters, `?` for one; a `\` before them takes that away. */
export function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern.replaceAll(
    /\\[*?]|[*?\\^$.+()[\]{}|/]/g,
    (part) => wildcards[part] ?? `\\${part.at(-1)!}`,
  );
  return new RegExp(`^${source}$`, "su").test(name);
}
