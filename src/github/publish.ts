import { appendFileSync } from "node:fs";
import type { Io } from "../commands/io.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Finding } from "../model/finding.ts";
import { annotations } from "../report/github-annotations.ts";
import { annotate } from "./print-annotations.ts";
import { catchAsWarning } from "./report-files.ts";
import { formatAbout, describeWhole, type Ended, type Job } from "./job.ts";
import { failureReason, failureText, formatOutputs, makeOutputs, type Outputs } from "./outputs.ts";
import { writeSummary } from "./summary.ts";

/** Publishes a step as summary, annotations and outputs. Returns the exit code of the process. */
export function publish(
  job: Job | undefined,
  ended: Ended,
  io: Io,
  files: Outputs,
  more: readonly Finding[],
): number {
  const { code, report } = ended;
  const isFailed = isFailure(job, code);
  const missing = addToSummary(job, ended, io);
  annotate([...report.findings, ...more, ...missing], isFailed, io);
  const outputs = io.env["GITHUB_OUTPUT"];
  const values = {
    "exit-code": String(code),
    "failure-reason": isFailed ? failureReason(code) : "",
    ...makeOutputs(report),
    ...files,
  };
  if (outputs)
    annotate(
      catchAsWarning("the outputs", () => appendFileSync(outputs, formatOutputs(values))),
      isFailed,
      io,
    );
  if (!isFailed) return 0;
  const command = job?.inputs.command ?? "";
  const message = `osac ${command}: ${failureText(command, code)}; see the job summary`;
  io.stdout.write(annotations([{ code: failureReason(code), severity: "error", message }]));
  return 1;
}

/** Adds a report to the job summary, unless the input disables it. */
export function addToSummary(job: Job | undefined, ended: Ended, io: Io): Finding[] {
  const summary = io.env["GITHUB_STEP_SUMMARY"];
  if (!summary || job?.inputs.summary === "false") return [];
  const about = job ? formatAbout(job, ended) : "";
  return catchAsWarning("the job summary", () =>
    writeSummary(summary, (limit) =>
      ended.report.markdown({ limit, about, whole: job && describeWhole(job) }),
    ),
  );
}

function isFailure(job: Job | undefined, code: number): boolean {
  return code !== 0 && !(code === exitCodes.changes.code && job?.inputs["fail-on-changes"] === "false");
}
