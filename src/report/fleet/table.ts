import { exitCodes, type ExitReason } from "../../exit-codes.ts";
import { redactQuotations } from "../../secrets/redact.ts";
import { listNames } from "../../value/list-names.ts";
import { formatQuantity } from "../findings-text.ts";
import { documentVersion } from "../json-text.ts";
import { formatInline } from "../markdown.ts";
import { formatItem, formatValue } from "../printable.ts";
import { applyStyle, measureWidth, type Style, type Theme } from "../theme.ts";
import {
  countTargetResults,
  findWorstReason,
  sortTargetRows,
  type TargetResult,
  type TargetRow,
} from "./target-row.ts";

/** The JSON document of a run over several targets; its schema is `schemas/fleet.schema.json`. */
export interface FleetDocument {
  readonly version: number;
  /** The command that ran on each target; null if no target has a report. */
  readonly command: string | null;
  readonly exitCode: number;
  /** The number of targets, and of those with each result. */
  readonly summary: Readonly<Record<string, number>>;
  readonly targets: readonly TargetRow[];
}

/** Makes the document of a run over several targets, the worst target first. */
export function makeFleetDocument(
  command: string | null,
  rows: readonly TargetRow[],
  reason: ExitReason = findWorstReason(rows),
): FleetDocument {
  const counts = Object.fromEntries(countTargetResults(rows).map(([result, count]) => [result, count]));
  return {
    version: documentVersion,
    command,
    exitCode: exitCodes[reason].code,
    summary: { targets: rows.length, ...counts },
    targets: sortTargetRows(rows),
  };
}

const titles = ["target", "group", "result", "+", "~", "-", "destructive", "time", "first error"];

/** The columns of numbers, which are aligned on the right. */
const numbers = new Set(["+", "~", "-", "destructive", "time"]);

/** Formats the table of the targets, the worst first, and the line that counts them. */
export function fleetText(rows: readonly TargetRow[], theme: Theme): string {
  const sorted = sortTargetRows(rows);
  const cells = sorted.map((row) => listCells(row, formatItem, formatValue));
  const shown = findShownColumns(cells);
  const widths = titles.map((title, column) => measureWidth([title, ...cells.map((row) => row[column]!)]));
  const line = (texts: readonly string[], style: (column: number, text: string) => string): string =>
    `${shown
      .map((column) => style(column, pad(texts[column]!, widths[column]!, titles[column]!)))
      .join("  ")
      .trimEnd()}\n`;
  const head = line(titles, (_, text) => applyStyle(theme, "bold", text));
  const body = cells.map((texts, index) =>
    line(texts, (column, text) =>
      titles[column] === "result" ? applyStyle(theme, resultStyles[sorted[index]!.result], text) : text,
    ),
  );
  return `${head}${body.join("")}\n${formatTargetCounts(rows)}\n`;
}

const resultStyles: Readonly<Record<TargetResult, Style>> = {
  failed: "red",
  unreachable: "red",
  refused: "red",
  "not started": "yellow",
  changes: "yellow",
  applied: "green",
  clean: "green",
};

/** The last column is not padded. */
function pad(text: string, width: number, title: string): string {
  if (title === titles.at(-1)) return text;
  return numbers.has(title) ? text.padStart(width) : text.padEnd(width);
}

/** Returns the columns that have a cell with content: a run without groups, changes or errors has fewer. */
function findShownColumns(rows: readonly (readonly string[])[]): number[] {
  return titles.flatMap((_, column) => (rows.some((row) => row[column] !== "") ? [column] : []));
}

function listCells(
  { target, group, result, changes, seconds, error }: TargetRow,
  formatName: (name: string) => string,
  formatMessage: (message: string) => string,
): string[] {
  return [
    formatName(target),
    group === null ? "" : formatName(group),
    result,
    ...(["create", "update", "delete", "destructive"] as const).map((name) => String(changes?.[name] ?? "")),
    seconds === null ? "" : `${seconds.toFixed(1)} s`,
    error === null ? "" : formatMessage(`${redactQuotations(error.message)} [${error.code}]`),
  ];
}

/** Formats the counts: `12 targets: 1 failed, 2 with changes, 9 clean`. */
export function formatTargetCounts(rows: readonly TargetRow[]): string {
  const counts = countTargetResults(rows).map(
    ([result, count]) => `${count} ${result === "changes" ? "with changes" : result}`,
  );
  return `${formatQuantity(rows.length, "target")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** The most names of targets in a sentence. */
const namesMax = 5;

/** The words for results that keep a gate closed. */
const gateWords: Readonly<Partial<Record<TargetResult, string>>> = {
  failed: "failed",
  unreachable: "is unreachable",
  refused: "was refused",
};

/** Makes the sentence about targets that were not started, with the worst target of another group; empty without. */
export function notStartedMarkdown(rows: readonly TargetRow[]): string {
  const waiting = rows.filter(({ result }) => result === "not started");
  if (waiting.length === 0) return "";
  const groups = new Set(waiting.map(({ group }) => group));
  const worst = sortTargetRows(rows).find(
    ({ group, result }) => gateWords[result] !== undefined && !groups.has(group),
  );
  const names = listNames(
    waiting.map(({ target }) => formatCell(target)),
    namesMax,
  );
  const message = worst?.error ? `: ${formatCell(redactQuotations(worst.error.message))}` : "";
  const why = worst ? ` Before that, ${formatCell(worst.target)} ${gateWords[worst.result]}${message}.` : "";
  return `**Not started: ${names}.**${why}\n\n`;
}

/** Formats the table of the targets as Markdown, the worst first. */
export function fleetTableMarkdown(rows: readonly TargetRow[]): string {
  const cells = sortTargetRows(rows).map((row) => listCells(row, formatCell, formatCell));
  const shown = findShownColumns(cells);
  const line = (texts: readonly string[]): string =>
    `| ${shown.map((column) => texts[column]!).join(" | ")} |\n`;
  const rule = titles.map((title) => (numbers.has(title) ? "--:" : "---"));
  return [titles, rule, ...cells].map(line).join("");
}

/** The most characters of a text in a cell: long messages stand in the details. */
const cellMax = 120;

/** A bar would end the cell, also within code. */
function formatCell(text: string): string {
  const short = text.length > cellMax ? `${text.slice(0, cellMax).trimEnd()}…` : text;
  return formatInline(formatValue(short)).replaceAll("|", String.raw`\|`);
}
