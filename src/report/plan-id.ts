import { planIdDigitsMin, type Plan } from "../model.ts";
import { printable } from "./findings.ts";
import { paint, type Look } from "./terminal.ts";

/** How a plan can be applied as it is: the words that follow `osac apply`. */
export type ApplyArguments = (id: string) => readonly string[];

/** A plan's id, and what to do with it; nothing where there is nothing to apply. */
export function planIdText({ id, changes }: Plan, look: Look, toApply: ApplyArguments | undefined): string {
  if (id === undefined || changes.length === 0) return "";
  const digits = id.slice(0, planIdDigitsMin);
  const line = `Plan id ${paint(look, "bold", digits)}\n`;
  return toApply ? `${line}To apply exactly this: ${commandLine(toApply(digits))}\n` : line;
}

/** The same for Markdown, with the whole id: it is there to be copied. */
export function planIdMarkdown({ id, changes }: Plan, toApply: ApplyArguments | undefined): string {
  if (id === undefined || changes.length === 0) return "";
  const line = `\nPlan id \`${id}\``;
  return toApply ? `${line}, to apply exactly this:\n\n    ${commandLine(toApply(id))}\n` : `${line}\n`;
}

function commandLine(words: readonly string[]): string {
  return printable(["osac", "apply", ...words].map(quoted).join(" "));
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
