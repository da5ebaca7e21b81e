import type { Applied } from "../apply/apply-requests.ts";
import type { Outcome } from "../apply/request-outcome.ts";
import type { Change } from "../model/change.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatItem } from "./printable.ts";
import { applyStyle, type Theme, type Style } from "./theme.ts";

const styles: Readonly<Record<Outcome["result"], Style>> = {
  done: "green",
  failed: "red",
  "not-tried": "yellow",
};

/** Formats the results of a plan: one line if everything was written, otherwise one line an entity. */
export function outcomesText(
  command: "apply" | "rollback",
  { outcomes, findings }: Applied,
  seconds: number,
  theme: Theme,
): string {
  const isWhole = outcomes.every(({ result }) => result === "done");
  const lines = isWhole ? "" : outcomes.map((outcome) => outcomeText(outcome, theme)).join("");
  const what = command === "apply" ? "Applied" : "Rolled back";
  const title = isWhole
    ? applyStyle(theme, "green", `${what}:`)
    : applyStyle(theme, "red", `${what} in part:`);
  const count = (action: Change["action"]): number =>
    outcomes.filter(({ change, result }) => change.action === action && result === "done").length;
  const counts = `${count("create")} created, ${count("update")} updated, ${count("delete")} deleted`;
  const rest = outcomes.filter(({ result }) => result !== "done").length;
  const verified = findings.length === 0 ? "verified" : "not verified";
  const missing = rest === 0 ? verified : `${formatQuantity(rest, "change")} not made`;
  return `${lines}${title} ${counts}, ${missing} in ${seconds.toFixed(1)} s\n`;
}

function outcomeText({ change, result }: Outcome, theme: Theme): string {
  const label = result.replace("-", " ");
  return `  ${applyStyle(theme, styles[result], label.padEnd(9))} ${change.action} ${change.kind}/${formatItem(change.name)}\n`;
}
