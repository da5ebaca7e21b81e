import { planIdDigitsMin, type Plan } from "../model/plan.ts";
import { formatCommand } from "./command-line.ts";
import { printable } from "./printable.ts";
import { applyStyle, type Theme } from "./theme.ts";

/** How a plan can be applied as it is: the words that follow `osac apply`. */
type ApplyArguments = (id: string) => readonly string[];

/** Where a plan was saved, and until when it can be applied. */
export interface SavedAs {
  readonly file: string;
  readonly expiresAt: string;
}

/** What to say of a plan's id. */
export interface IdFacts {
  /** Absent where this run applies the plan itself. */
  readonly toApply?: ApplyArguments | undefined;
  readonly saved?: SavedAs | undefined;
}

/** A plan's id, and what to do with it; nothing where there is nothing to apply. */
export function planIdText({ id, changes }: Plan, theme: Theme, { toApply, saved }: IdFacts): string {
  if (id === undefined || (changes.length === 0 && !saved)) return "";
  const digits = id.slice(0, planIdDigitsMin);
  const line = `Plan id ${applyStyle(theme, "bold", digits)}${saved ? savedText(saved) : ""}\n`;
  return toApply && changes.length > 0
    ? `${line}To apply exactly this: ${formatCommand(["apply", ...toApply(digits)])}\n`
    : line;
}

/** The same for Markdown, with the whole id: it is there to be copied. */
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
