import { dirname, join, relative, resolve } from "node:path";
import { appendFileSync, statSync, existsSync } from "node:fs";
import type { Io } from "../commands/io.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Finding } from "../model/finding.ts";
import { annotations } from "../report/github-annotations.ts";
import { catchAsWarning } from "./report-files.ts";
import { formatAbout, describeWhole, type Ended, type Job } from "./job.ts";
import { failureReason, failureText, formatOutputs, makeOutputs, type Outputs } from "./outputs.ts";
import { formatQuantity } from "../report/findings-text.ts";

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

/** The runner discards a longer summary as a whole. */
const bytesMax = 1024 * 1024;

/** The room for the heading of a second report, which is never cut. */
const reserve = 124 * 1024;

/** Adds a report to the job summary, as much of it as fits. */
export function writeSummary(path: string, markdown: (limit: number) => string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const room = Math.max(0, bytesMax - reserve - size);
  let limit = room;
  let text = markdown(limit);
  for (let bytes = Buffer.byteLength(text); bytes > room && limit > 0; bytes = Buffer.byteLength(text)) {
    // The limit counts characters, some of which take several bytes.
    limit = Math.floor((limit * room * 0.95) / bytes);
    text = markdown(limit);
  }
  if (size + Buffer.byteLength(text) < bytesMax) appendFileSync(path, `${text}\n`);
}

/** GitHub shows so many annotations of a step for each severity. */
const annotationsMax = 10;

/** Prints annotations, the worst first. A failed step keeps one place for the line about the failure. */
function annotate(findings: readonly Finding[], isFailed: boolean, io: Io): void {
  const placed = toRepositoryPaths(findings, io.cwd);
  for (const severity of ["error", "warning", "notice"] as const) {
    const all = placed.filter((finding) => finding.severity === severity);
    const shown = all.slice(0, annotationsMax - Number(isFailed && severity === "error"));
    io.stdout.write(annotations(shown));
    const rest = all.length - shown.length;
    if (rest > 0) io.stdout.write(`… and ${formatQuantity(rest, `more ${severity}`)}, see the job summary\n`);
  }
}

/** Makes paths relative to the repository, wherever it was checked out. */
function toRepositoryPaths(findings: readonly Finding[], cwd: string): Finding[] {
  return findings.map((finding) => {
    if (!finding.at) return finding;
    const path = resolve(cwd, finding.at.file);
    const file = relative(findRoot(dirname(path)) ?? cwd, path).replaceAll("\\", "/");
    return { ...finding, at: { ...finding.at, file } };
  });
}

function findRoot(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findRoot(parent);
}
