import type { Finding, Plan } from "../model.ts";
import { findingsText } from "./findings.ts";
import { changesText, planText, staleText, type Heading } from "./plan-text.ts";
import type { Look } from "./terminal.ts";

const plain: Look = { isColoured: false, width: 110 };

/** A plan for a comment or a job summary: a heading, the changes as a diff, what else there is. */
export function planMarkdown(plan: Plan, heading: Heading, findings: readonly Finding[]): string {
  const changes = plan.review?.stale ? staleText(plan, plan.review, plain) : changesText(plan, plain);
  const [title = "", ...rest] = planText(withoutChanges(plan), heading, plain).split("\n");
  const summary = planText(plan, heading, plain).trimEnd().split("\n").at(-1) ?? "";
  return [
    `### ${title}`,
    changes === "" ? "" : fenced("diff", asDiff(changes)),
    ...rest.slice(0, -2),
    summary,
    findings.length === 0 ? "" : fenced("text", findingsText(findings, plain)),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function withoutChanges({ review, ...plan }: Plan): Plan {
  return { ...plan, changes: [], ...(review ? { review: { ...review, moved: [], otherwise: [] } } : {}) };
}

/** The sign moves to the first column, where a diff is coloured by it. */
function asDiff(text: string): string {
  return text.replace(
    /^( +)([-+~] )/gm,
    (_, margin: string, sign: string) => `${sign === "~ " ? "! " : sign}${margin}`,
  );
}

/** A fence longer than any within, so that no name can end it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
