import { kinds } from "../../kinds/index.ts";
import { redactQuotations } from "../../secrets/redact.ts";
import { entityShape } from "../../schema/shape.ts";
import { fieldsText } from "../fields-text.ts";
import { findingsText, formatQuantity } from "../findings-text.ts";
import { asDiff, makeFence, plain } from "../markdown.ts";
import { formatItem, printable } from "../printable.ts";
import type { MergedReports } from "./merge-reports.ts";
import type { ReportedChange, TargetReport } from "./parse-report.ts";
import { fleetTableMarkdown, formatTargetCounts } from "./table.ts";
import { sortTargetRows, type TargetRow } from "./target-row.ts";

/** GitHub accepts 65,536 characters in a comment; the rest is for a marker above it. */
const charactersMax = 65_000;

/** The room for the sentence about targets that are left out. */
const noticeMax = 200;

/**
 * Formats the table of the targets, and the details of each as long as whole targets fit.
 *
 * @param foreword Markdown above the table
 */
export function mergedMarkdown(
  { command, rows, reports }: MergedReports,
  foreword: string,
  limit = charactersMax,
): string {
  const title = `### osac ${command ?? "report"}: ${formatTargetCounts(rows)}`;
  const head = `${title}\n\n${foreword}${fitTable(rows, limit / 2)}`;
  const details = sortTargetRows(rows).flatMap((row) => {
    const report = reports.get(row.target);
    const text = report && formatDetails(row, report);
    return text ? [text] : [];
  });
  const { kept, left } = fitWhole(details, limit - head.length - noticeMax);
  const notice =
    left === 0
      ? ""
      : `\n**This report is cut: the details of ${formatQuantity(left, "target")} stand in the reports of the jobs.**\n`;
  return head + notice + kept.map((text) => `\n${text}`).join("");
}

/** Keeps the worst targets of a table that is too long. */
function fitTable(rows: readonly TargetRow[], limit: number): string {
  const whole = fleetTableMarkdown(rows);
  if (whole.length <= limit) return whole;
  const sorted = sortTargetRows(rows);
  const most = Math.floor((sorted.length * limit) / whole.length);
  let count = most;
  while (count > 0 && fleetTableMarkdown(sorted.slice(0, count)).length > limit) count -= 1;
  return `${fleetTableMarkdown(sorted.slice(0, count))}\n**${formatQuantity(sorted.length - count, "more target")} not listed: the worst stand above.**\n`;
}

/** Keeps whole texts, in their order, as long as they fit; a long one does not keep out a short one. */
function fitWhole(
  texts: readonly string[],
  room: number,
): { readonly kept: readonly string[]; readonly left: number } {
  let rest = room;
  const kept = texts.filter((text) => {
    const fits = text.length + 1 <= rest;
    if (fits) rest -= text.length + 1;
    return fits;
  });
  return { kept, left: texts.length - kept.length };
}

/** Formats the errors and changes of one target, folded; empty if it has none. */
function formatDetails({ target, result }: TargetRow, report: TargetReport): string {
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const blocks = [
    fence("text", redactQuotations(findingsText(errors, plain))),
    fence("diff", (report.changes ?? []).map(formatChange).join("")),
  ].filter((text) => text !== "");
  if (blocks.length === 0) return "";
  const title = `${formatSummary(target)}: ${result}`;
  return `<details><summary>${title}</summary>\n\n${blocks.join("\n")}\n</details>\n`;
}

/** A summary is HTML, in which a fence of Markdown means nothing. */
function formatSummary(name: string): string {
  return printable(name).replaceAll(/[^\w.-]/g, (character) => `&#${character.codePointAt(0)};`);
}

function fence(language: string, text: string): string {
  if (text === "") return "";
  const marks = makeFence(text);
  return `${marks}${language}\n${text.trimEnd()}\n${marks}\n`;
}

const signs = { delete: "-", update: "~", create: "+" } as const;

function formatChange(change: ReportedChange): string {
  const { action, kind, name, at, destructive } = change;
  const place = at ? `  ${printable(at.file)}:${at.line}` : "";
  const mark = destructive === undefined ? "" : `  (${printable(destructive)})`;
  const line = `  ${signs[action]} ${kind}/${formatItem(name)}${mark}${place}\n`;
  if (action === "delete") return asDiff(line);
  // A drift report names the sides; its plan would lead from the cluster to the files.
  const fields = change.fields.map(({ path, before, after, inCluster, inFiles }) => ({
    path,
    before: before ?? inCluster,
    after: after ?? inFiles,
  }));
  return asDiff(line + fieldsText(fields, action, plain, { shape: entityShape(kinds[kind]) }));
}
