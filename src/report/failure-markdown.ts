import type { Finding } from "../model/finding.ts";
import { countFindings, countsText, findingsText, sortFindings } from "./findings-text.ts";
import { failureDocument } from "./json-text.ts";
import { makeFindingsBlock, formatFitted, plain } from "./markdown.ts";
import type { MarkdownOptions, Report, Result } from "./command-result.ts";

/** Formats findings under a heading, for a run without a plan. */
export function findingsMarkdown(
  title: string,
  findings: readonly Finding[],
  { limit = Infinity, about = "", whole }: MarkdownOptions,
): string {
  const verdict = countsText(countFindings(findings), plain);
  return formatFitted([`### ${title}: ${verdict}`, about], makeFindingsBlock(findings), limit, whole);
}

/**
 * Makes the report of a run that could not continue, as `Io.report` receives it.
 *
 * @param title the heading of its Markdown
 */
export function failureReport(
  command: string | undefined,
  exitCode: number,
  findings: readonly Finding[],
  title = `osac ${command ?? ""} failed`,
): Report {
  const sorted = sortFindings(findings);
  return {
    document: failureDocument(command, exitCode, findings),
    findings: sorted,
    markdown: (options) => findingsMarkdown(title, sorted, options),
  };
}

/** Makes the result of a run that could not continue, in each format. */
export function failureResult(...failure: Parameters<typeof failureReport>): Result {
  const report = failureReport(...failure);
  return {
    document: () => report.document,
    report: () => report,
    before: (theme) => findingsText(report.findings, theme),
    text: () => "",
  };
}
