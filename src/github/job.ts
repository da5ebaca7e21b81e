import type { Io } from "../commands/io.ts";
import { toOsacError } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { formatQuantity } from "../report/findings-text.ts";
import type { Report } from "../report/command-result.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";
import { failureReason } from "./outputs.ts";

/** A run of the Action, as it is known before osac runs. */
export interface Job {
  readonly inputs: Inputs;
  readonly event: Event;
  readonly io: Io;
  /** A directory for this run only; its files are for later steps. */
  readonly folder: string;
  /** Notes about the run for readers of the report. */
  readonly notes: readonly string[];
}

/** The end of a run: exit code and report. */
export interface Ended {
  readonly code: number;
  readonly report: Report;
}

/** Turns errors of GitHub into warnings: the result of a plan or apply must not be lost. */
export async function attemptOrWarn(what: string, act: () => Promise<unknown>): Promise<Finding[]> {
  try {
    await act();
    return [];
  } catch (error) {
    return toOsacError(error).findings.map((finding) => ({
      ...finding,
      severity: "warning",
      message: `${what} was not written: ${finding.message}`,
    }));
  }
}

/** Formats the lines below the heading of a comment or a summary, which are never cut. */
export function formatAbout({ event, notes }: Job, { code, report }: Ended): string {
  const { document } = report;
  const planId = "planId" in document ? document.planId : undefined;
  const time = `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const facts = [
    planId ? `Plan \`${planId}\`` : "",
    event.commit === "" ? "" : `commit \`${event.commit.slice(0, 12)}\``,
    time,
    `[run](${event.runUrl})`,
  ];
  const failed = failureReason(code);
  return [
    appliedText(report),
    failed === "" || failed === "changes" ? "" : `**Failed:** ${failed} (exit code ${code})`,
    ...notes,
    facts.filter((fact) => fact !== "").join(" · "),
  ]
    .filter((line) => line !== "")
    .join("\n\n");
}

/** Describes the place of the whole report, for a report that is cut. */
export function describeWhole({ event }: Job): string {
  return `the summary of the [run](${event.runUrl}), or in the report file, which its artifact holds`;
}

function appliedText({ document }: Report): string {
  if (!("changes" in document) || document.command !== "apply") return "";
  const results = document.changes.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return document.changes.length === 0 ? "" : "**Not applied.**";
  const done = results.filter((result) => result === "done").length;
  return done === results.length
    ? `**Applied:** ${formatQuantity(done, "change")}.`
    : `**Applied in part:** ${done} of ${formatQuantity(results.length, "change")}.`;
}
