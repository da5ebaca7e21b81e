import { printable } from "./printable.ts";

/** Formats a command of osac so that it can be pasted into a shell. */
export function formatCommand(words: readonly string[]): string {
  return formatWords(["osac", ...words]);
}

/** Formats the words of a command line so that they can be pasted into a shell. */
export function formatWords(words: readonly string[]): string {
  return printable(words.map(quoted).join(" "));
}

/** Quotes a word so that a shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
