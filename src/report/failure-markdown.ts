import type { Finding } from "../model/finding.ts";
import { countFindings, countsText, findingsText, sortFindings } from "./findings-text.ts";
import { failureDocument } from "./json-text.ts";
import { makeFindingsBlock, formatFitted, plain } from "./markdown.ts";
import type { MarkdownOptions, Report, Result } from "./report.ts";

/** Findings under a heading, where there is no plan. */
export function findingsMarkdown(
  title: string,
  findings: readonly Finding[],
  { limit = Infinity, about = "", whole }: MarkdownOptions,
): string {
  const verdict = countsText(countFindings(findings), plain);
  return formatFitted([`### ${title}: ${verdict}`, about], makeFindingsBlock(findings), limit, whole);
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

/** Why a run could not go on, in each format. */
export function failureResult(...failure: Parameters<typeof failureReport>): Result {
  const report = failureReport(...failure);
  return {
    document: () => report.document,
    report: () => report,
    before: (theme) => findingsText(report.findings, theme),
    text: () => "",
  };
}
