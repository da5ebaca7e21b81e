import { appendFileSync } from "node:fs";
import type { Io } from "../commands/io.ts";
import { exitCodes } from "../errors.ts";
import type { Finding } from "../model.ts";
import { annotations } from "../report/github.ts";
import { annotate } from "./annotate.ts";
import { orWarning } from "./files.ts";
import { aboutOf, describeWhole, type Ended, type Job } from "./job.ts";
import { failureReason, failureText, outputText, outputsOf, type Outputs } from "./outputs.ts";
import { writeSummary } from "./summary.ts";

/** Says what came of a step: summary, annotations, outputs. Gives the exit code of the process. */
export function publish(
  job: Job | undefined,
  ended: Ended,
  io: Io,
  files: Outputs,
  more: readonly Finding[],
): number {
  const { code, report } = ended;
  const isFailed = isFailure(job, code);
  const missing = summarize(job, ended, io);
  annotate([...report.findings, ...more, ...missing], isFailed, io);
  const outputs = io.env["GITHUB_OUTPUT"];
  const values = {
    "exit-code": String(code),
    "failure-reason": isFailed ? failureReason(code) : "",
    ...outputsOf(report),
    ...files,
  };
  if (outputs)
    annotate(
      orWarning("the outputs", () => appendFileSync(outputs, outputText(values))),
      isFailed,
      io,
    );
  if (!isFailed) return 0;
  const command = job?.inputs.command ?? "";
  const message = `osac ${command}: ${failureText(command, code)}; see the job summary`;
  io.stdout.write(annotations([{ code: failureReason(code), severity: "error", message }]));
  return 1;
}

/** Adds a report to the job summary, if one is wanted. */
export function summarize(job: Job | undefined, ended: Ended, io: Io): Finding[] {
  const summary = io.env["GITHUB_STEP_SUMMARY"];
  if (!summary || job?.inputs.summary === "false") return [];
  const about = job ? aboutOf(job, ended) : "";
  return orWarning("the job summary", () =>
    writeSummary(summary, (limit) =>
      ended.report.markdown({ limit, about, ...(job ? { whole: describeWhole(job) } : {}) }),
    ),
  );
}

function isFailure(job: Job | undefined, code: number): boolean {
  return code !== 0 && !(code === exitCodes.changes.code && job?.inputs["fail-on-changes"] === "false");
}
