import { makeFinding } from "../errors.ts";
import { compareByCodeUnit } from "../value/record.ts";
import { redactQuotations } from "../secrets/redact.ts";
import type { Finding, Place } from "../model/finding.ts";
import { cutText, formatItem, printable } from "./printable.ts";
import { applyStyle, type Theme, type Style } from "./theme.ts";

/** The number of findings of each severity. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly notices: number;
}

/** Counts the findings by severity. */
export function countFindings(findings: readonly Finding[]): Counts {
  const count = (severity: Finding["severity"]): number =>
    findings.filter((one) => one.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), notices: count("notice") };
}

/** Turns every warning into an error, for `--strict` and for a run that compared nothing. */
export function toErrors(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    finding.severity === "warning" ? { ...finding, severity: "error" } : finding,
  );
}

/** Makes the paths of findings of a directory relative to the working directory of the user. */
export function placeInDirectory(findings: readonly Finding[], directory: string): Finding[] {
  return findings.map((finding) =>
    finding.at ? { ...finding, at: placeWithin(finding.at, directory) } : finding,
  );
}

/** Makes the path of a place relative to the working directory of the user. */
export function placeWithin(at: Place, directory: string): Place {
  return { ...at, file: pathWithin(directory, at.file) };
}

/** Makes the path of a file of a directory relative to the working directory of the user. */
export function pathWithin(directory: string, file: string): string {
  return directory === "." ? file : `${directory.replace(/\/+$/, "")}/${file}`;
}

/** Sorts findings by file, line and column; findings without a place come last. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => comparePlaces(a.at, b.at) || compareByCodeUnit(a.message, b.message));
}

/** The most findings that a report prints of one file. */
const perFileMax = 1000;

/** Keeps the worst findings of each file and all that refuse the run, and counts the rest. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  if (findings.length <= perFileMax) return [...findings];
  const counts = new Map<string | undefined, number>();
  const dropped = new Map<string | undefined, Finding[]>();
  for (const finding of orderBySeverity(findings)) {
    const file = finding.at?.file;
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    if (count <= perFileMax || finding.refusedBy !== undefined) continue;
    const others = dropped.get(file);
    if (others) others.push(finding);
    else dropped.set(file, [finding]);
  }
  const gone = new Set([...dropped.values()].flat());
  const kept = findings.filter((finding) => !gone.has(finding));
  return [...kept, ...[...dropped].map(([file, more]) => moreFindingsFinding(file, more))];
}

/** Sorts the worst findings first. A suppression stands before warnings, because it hides one. */
export function orderBySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => rankFinding(a) - rankFinding(b));
}

function rankFinding({ severity, code }: Finding): number {
  if (severity === "error") return 0;
  if (code === "suppressed") return 1;
  return severity === "warning" ? 2 : 3;
}

function moreFindingsFinding(file: string | undefined, more: readonly Finding[]): Finding {
  const message = `${formatQuantity(more.length, "more finding")}${file === undefined ? "" : " in this file"}`;
  const at = file === undefined ? undefined : { file, line: 1, column: 1 };
  return makeFinding("more-findings", { severity: more[0]!.severity, message, at });
}

function comparePlaces(a: Place | undefined, b: Place | undefined): number {
  if (!a || !b) return Number(!a) - Number(!b);
  return compareByCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column;
}

const severityStyles: Readonly<Record<Finding["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  notice: "blue",
};

/** One line a finding, `file:line:column: severity: entity: message [code]`, and its hint below. */
export function findingsText(findings: readonly Finding[], theme: Theme): string {
  return findings.map((finding) => findingText(finding, theme)).join("");
}

function findingText(finding: Finding, theme: Theme): string {
  const { at, severity, message, code, hint } = finding;
  const place = at ? printable(`${at.file}:${at.line}:${at.column}`) : "";
  const start = `${place && `${applyStyle(theme, "bold", place)}: `}${applyStyle(theme, ["bold", severityStyles[severity]], `${severity}:`)} `;
  const line = `${start}${entityPrefix(finding)}${messageText(message)} ${applyStyle(theme, "dim", `[${code}]`)}\n`;
  return hint === undefined ? line : `${line}${hintText(hint, theme)}`;
}

/** Formats a hint below the text that it is about. */
export function hintText(hint: string, theme: Theme): string {
  return `  ${applyStyle(theme, "cyan", "hint:")} ${messageText(hint)}\n`;
}

/** `roles/logs_writer: `, or nothing if the finding is about no entity. */
export function entityPrefix({ kind, name }: Pick<Finding, "kind" | "name">): string {
  if (kind === undefined) return "";
  return name === undefined ? `${kind}: ` : `${kind}/${formatItem(name)}: `;
}

/** The most characters of a message, which may quote long values. */
const messageMax = 1_000;

/** Formats a message or a hint for people: secrets redacted, printable, and limited in length. */
export function messageText(message: string): string {
  return printable(cutText(redactQuotations(message), messageMax));
}

/** `2 errors, 1 warning`, or `nothing found`. */
export function countsText({ errors, warnings, notices }: Counts, theme: Theme): string {
  const parts = [
    errors && applyStyle(theme, "red", formatQuantity(errors, "error")),
    warnings && applyStyle(theme, "yellow", formatQuantity(warnings, "warning")),
    notices && formatQuantity(notices, "notice"),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : applyStyle(theme, "green", "no problems found");
}

/** `1 file`, `2 files`, `2 entities`. */
export function formatQuantity(count: number, word: string): string {
  if (count === 1) return `1 ${word}`;
  const plural = word.endsWith("y") ? `${word.slice(0, -1)}ies` : `${word}${word.endsWith("s") ? "es" : "s"}`;
  return `${count} ${plural}`;
}
