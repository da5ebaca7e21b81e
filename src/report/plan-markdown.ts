import type { Finding, Plan } from "../model.ts";
import { changesText } from "./changes-text.ts";
import { findingsText } from "./findings.ts";
import { countsText, namesText } from "./lists-text.ts";
import { headingText, summaryText, type Heading } from "./plan-text.ts";
import { sectionsOf } from "./sections.ts";
import type { Look } from "./terminal.ts";

const plain: Look = { isColoured: false, width: 110 };

/** A plan for a comment or a job summary: a heading, the changes as a diff, what else there is. */
export function planMarkdown(plan: Plan, heading: Heading, findings: readonly Finding[]): string {
  const sections = sectionsOf(plan).flatMap((section) => [
    section.title === "" ? "" : `**${section.title}**`,
    fenced("diff", asDiff(changesText(section, plan, plain, heading.note))),
  ]);
  const names = heading.isVerbose ? namesText(plan, plain) : "";
  const lists = names === "" ? countsText(plan, plain) : fenced("text", names);
  return [
    `### ${headingText(plan, heading, plain)}`,
    ...sections,
    plan.review?.stale ? "" : lists,
    summaryText(plan, heading, plain),
    findings.length === 0 ? "" : fenced("text", findingsText(findings, plain)),
  ]
    .map((part) => part.trimEnd())
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
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
