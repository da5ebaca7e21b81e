import type { Applied } from "../cluster/write/apply.ts";
import type { Outcome } from "../cluster/write/verdict.ts";
import type { Change } from "../model.ts";
import { counted } from "./findings.ts";
import { formatItem } from "./printable.ts";
import { paint, type Look, type Style } from "./terminal.ts";

const styles: Readonly<Record<Outcome["result"], Style>> = {
  done: "green",
  failed: "red",
  "not-tried": "yellow",
};

/** What became of a plan: one line where all was written, else a line an entity. */
export function outcomesText(
  command: "apply" | "rollback",
  { outcomes, findings }: Applied,
  seconds: number,
  look: Look,
): string {
  const isWhole = outcomes.every(({ result }) => result === "done");
  const lines = isWhole ? "" : outcomes.map((outcome) => outcomeText(outcome, look)).join("");
  const what = command === "apply" ? "Applied" : "Rolled back";
  const title = isWhole ? paint(look, "green", `${what}:`) : paint(look, "red", `${what} in part:`);
  const count = (action: Change["action"]): number =>
    outcomes.filter(({ change, result }) => change.action === action && result === "done").length;
  const counts = `${count("create")} created, ${count("update")} updated, ${count("delete")} deleted`;
  const rest = outcomes.filter(({ result }) => result !== "done").length;
  const verified = findings.length === 0 ? "verified" : "not verified";
  const missing = rest === 0 ? verified : `${counted(rest, "change")} not made`;
  return `${lines}${title} ${counts}, ${missing} in ${seconds.toFixed(1)} s\n`;
}

function outcomeText({ change, result }: Outcome, look: Look): string {
  const label = result.replace("-", " ");
  return `  ${paint(look, styles[result], label.padEnd(9))} ${change.action} ${change.kind}/${formatItem(change.name)}\n`;
}
