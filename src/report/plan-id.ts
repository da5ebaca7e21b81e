import { planIdDigitsMin, type Plan } from "../model/plan.ts";
import { formatCommand } from "./command-line.ts";
import { printable } from "./printable.ts";
import { applyStyle, type Theme } from "./theme.ts";

/** Returns the words that follow `osac apply` to apply the plan with this id. */
type ApplyArguments = (id: string) => readonly string[];

/** The file of a saved plan, and the time until which it can be applied. */
export interface SavedAs {
  readonly file: string;
  readonly expiresAt: string;
}

/** The facts that a report shows beside the id of a plan. */
export interface IdFacts {
  /** Absent if this run applies the plan itself. */
  readonly toApply?: ApplyArguments | undefined;
  readonly saved?: SavedAs | undefined;
}

/** Formats a plan's id and the command that applies the plan; empty if there is nothing to apply. */
export function planIdText({ id, changes }: Plan, theme: Theme, { toApply, saved }: IdFacts): string {
  if (id === undefined || (changes.length === 0 && !saved)) return "";
  const digits = id.slice(0, planIdDigitsMin);
  const line = `Plan id ${applyStyle(theme, "bold", digits)}${saved ? savedText(saved) : ""}\n`;
  return toApply && changes.length > 0
    ? `${line}To apply exactly this: ${formatCommand(["apply", ...toApply(digits)])}\n`
    : line;
}

/** Formats the id for Markdown, in full so that it can be copied. */
export function planIdMarkdown({ id, changes }: Plan, { toApply, saved }: IdFacts): string {
  if (id === undefined || (changes.length === 0 && !saved)) return "";
  const line = `\nPlan id \`${id}\`${saved ? savedText(saved) : ""}`;
  return toApply && changes.length > 0
    ? `${line}, to apply exactly this:\n\n    ${formatCommand(["apply", ...toApply(id)])}\n`
    : `${line}\n`;
}

function savedText({ file, expiresAt }: SavedAs): string {
  const until = `${expiresAt.slice(0, "2025-01-31T12:34".length).replace("T", " ")} UTC`;
  return `, saved in ${printable(file)}, valid until ${until}`;
}
