import type { Finding } from "../../model/finding.ts";
import type { Result } from "../../report/command-result.ts";
import type { TargetRow } from "../../report/fleet/target-row.ts";
import type { OutputFormat } from "../../settings/settings.ts";
import type { TargetOutput } from "./target-output.ts";

/**
 * What is kept of the result of a target until all targets have ended. It is data: a result would keep all
 * that its run has read.
 */
export interface KeptResult {
  readonly document?: object | undefined;
  readonly markdown?: string | undefined;
  readonly findings?: readonly Finding[] | undefined;
}

/** The end of a target; a target that was not started has no output. */
export interface TargetRun extends KeptResult {
  readonly row: TargetRow;
  readonly output?: TargetOutput | undefined;
}

/** Keeps what a format prints of a result. Text is in the output of the target. */
export function keepResult(result: Result | undefined, format: OutputFormat): KeptResult {
  if (format === "text") return {};
  if (format === "json") return { document: result?.document() };
  const report = result?.report?.();
  if (format === "markdown") return { markdown: report?.markdown({}) };
  return { findings: report?.findings };
}
