import { printable } from "./printable.ts";

/** A command of osac as somebody can paste it into a shell. */
export function formatCommand(words: readonly string[]): string {
  return printable(["osac", ...words].map(quoted).join(" "));
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
