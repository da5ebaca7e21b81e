import type { Finding } from "../model.ts";
import { countFindings, countsText, sortFindings } from "./findings.ts";
import { failureDocument } from "./json.ts";
import { findingsBlock, fitted, plain } from "./markdown.ts";
import type { MarkdownOptions, Report } from "./report.ts";

/** Findings under a heading, where there is no plan. */
export function findingsMarkdown(
  title: string,
  findings: readonly Finding[],
  { limit = Infinity, about = "", whole }: MarkdownOptions,
): string {
  const verdict = countsText(countFindings(findings), plain);
  return fitted([`### ${title}: ${verdict}`, about], findingsBlock(findings), limit, whole);
}

/** What `Io.report` gets of a run that could not go on. */
export function failureReport(
  command: string | undefined,
  exitCode: number,
  findings: readonly Finding[],
): Report {
  const sorted = sortFindings(findings);
  return {
    document: failureDocument(command, exitCode, findings),
    findings: sorted,
    markdown: (options) => findingsMarkdown(`osac ${command ?? ""} failed`, sorted, options),
  };
}
