import type { ExitReason } from "../../exit-codes.ts";
import type { Finding } from "../../model/finding.ts";
import type { SettingChange } from "../../model/plan.ts";
import type { Report, Result } from "../../report/command-result.ts";
import {
  fleetTableMarkdown,
  fleetText,
  formatTargetCounts,
  makeFleetDocument,
  notStartedMarkdown,
} from "../../report/fleet/table.ts";
import { findWorstReason, worstReasons } from "../../report/fleet/target-row.ts";
import type { JunitSuite } from "../../report/junit.ts";
import type { FailureDocument } from "../../report/json-text.ts";
import { targetChangesMarkdown } from "../../report/protective-settings.ts";
import { applyStyle, makeTheme } from "../../report/theme.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Io } from "../io.ts";
import { fitToScreen } from "../reporters.ts";
import type { TargetRun } from "./target-run.ts";

/** Returns the reason of the worst target. A signal counts unless a write failed. */
export function findFleetReason(runs: readonly TargetRun[], signal: AbortSignal): ExitReason {
  const rows = runs.map(({ row }) => row);
  const ended = findWorstReason(signal.aborted ? rows.filter(({ exitCode }) => exitCode !== null) : rows);
  const isInterrupted = signal.aborted && rows.some(({ exitCode }) => exitCode === null);
  if (!isInterrupted) return ended;
  return worstReasons.indexOf(ended) < worstReasons.indexOf("interrupted") ? ended : "interrupted";
}

/**
 * Prints what the targets printed, each below its name. A target without anything to report is a line of the
 * table; with `--verbose` it is printed as well. Formats for programs hold the reports themselves.
 */
export function printSections(
  runs: readonly TargetRun[],
  { output: format, verbose }: Settings,
  io: Io,
): void {
  if (format !== "text") return;
  const stdout = fitToScreen(io.stdout);
  for (const { row, output } of runs) {
    const isWhole = row.result !== "clean" || verbose;
    if (!output?.hasText(isWhole)) continue;
    stdout.write(`${applyStyle(makeTheme(io.stdout, io.env), "bold", `── ${row.target} ──`)}\n`);
    output.replay({ stdout, stderr: io.stderr }, isWhole);
    stdout.write("\n");
  }
}

/** Makes the result of a run over several targets, in each format. */
export function makeFleetResult(
  command: string,
  runs: readonly TargetRun[],
  reason: ExitReason,
  targetChanges: readonly SettingChange[],
): Result {
  const rows = runs.map(({ row }) => row);
  const reports = new Map(runs.map(({ row, document }) => [row.target, document]));
  const makeDocument = () => {
    const table = makeFleetDocument(command, rows, reason);
    const targets = table.targets.map((row) => ({ ...row, report: reports.get(row.target) ?? null }));
    return { ...table, targetChanges, targets };
  };
  return {
    document: makeDocument,
    text: (theme) => fleetText(rows, theme),
    isNothing: rows.every(({ result }) => result === "clean"),
    suites: () => runs.map((run) => makeSuite(command, run)),
    report: () => makeReport(command, runs, makeDocument(), targetChanges),
  };
}

/** Each target is a suite of a JUnit report. */
function makeSuite(command: string, { row, findings = [] }: TargetRun): JunitSuite {
  const name = `osac ${command} ${row.target}`;
  const isStarted = row.exitCode !== null;
  return {
    name,
    findings,
    skipped: isStarted ? undefined : (row.error?.message ?? "the run was interrupted"),
  };
}

function makeReport(
  command: string,
  runs: readonly TargetRun[],
  document: object,
  targetChanges: readonly SettingChange[],
): Report {
  const rows = runs.map(({ row }) => row);
  const title = `### osac ${command}: ${formatTargetCounts(rows)}`;
  return {
    document: document as FailureDocument,
    findings: withoutRepetition(runs.flatMap(({ findings = [] }) => findings)),
    markdown: () =>
      [
        `${title}\n\n${targetChangesMarkdown(targetChanges)}${notStartedMarkdown(rows)}${fleetTableMarkdown(rows)}`,
        ...runs.flatMap(({ row, markdown }) =>
          markdown === undefined || row.result === "clean" ? [] : [foldedMarkdown(row.target, markdown)],
        ),
      ].join("\n"),
  };
}

/** Names of targets have no character with a meaning in Markdown or HTML. */
function foldedMarkdown(target: string, markdown: string): string {
  return `<details><summary>${target}</summary>\n\n${markdown.trimEnd()}\n\n</details>\n`;
}

/** Targets share layers, and one finding of a shared file is one annotation. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
