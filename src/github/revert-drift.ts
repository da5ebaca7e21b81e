import { isError } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../report/command-result.ts";
import type { GitHub } from "./api.ts";
import { commentMax } from "./comment.ts";
import { digestDrift, keepIssue, type Found } from "./issue.ts";
import { formatAbout, describeWhole, attemptOrWarn, type Ended, type Job } from "./job.ts";
import { makeOutputs, type Outputs } from "./outputs.ts";

/** A check of the drift job, with the attempt to revert the drift. */
export interface DriftRun {
  readonly check: Ended;
  /** The apply that reverts the drift. */
  readonly revert?: Ended;
  /** The check after the apply. */
  readonly again?: Ended;
}

/** Reverts the drift of a check with `remediation: revert`, and checks again. */
export async function revertDrift(
  job: Job,
  check: Ended,
  run: (job: Job) => Promise<Ended>,
): Promise<DriftRun> {
  const { inputs } = job;
  if (inputs.remediation !== "revert" || !isDrifted(check)) return { check };
  const revert = await run({
    ...job,
    inputs: { ...inputs, command: "apply", base: "", "fail-on": "", remediation: "report", issue: "false" },
  });
  return revert.code === 0 ? { check, revert, again: await run(job) } : { check, revert };
}

/** Chooses the end of the step: the last check, or an apply that failed. */
export function chooseEnd({ check, revert, again }: DriftRun): Ended {
  return again ?? revert ?? check;
}

/** Makes the outputs of the apply. If it failed, the outputs of the check still hold. */
export function makeRevertOutputs({ check, revert, again }: DriftRun): Outputs {
  if (!revert) return {};
  const { document } = revert.report;
  const isPlanned = "changes" in document;
  const done = isPlanned ? document.changes.filter(({ result }) => result === "done") : [];
  const backup = isPlanned ? document.backup : undefined;
  return {
    ...(again ? {} : makeOutputs(check.report)),
    "reverted-count": String(done.length),
    ...(backup === undefined ? {} : { "backup-file": backup }),
  };
}

/** Updates the issue of the target. A failed check has no result, and leaves the issue as it is. */
export async function updateIssue(
  github: GitHub,
  job: Job,
  checked: DriftRun,
): Promise<{ readonly outputs: Outputs; readonly findings: readonly Finding[] }> {
  const { inputs, event } = job;
  let number: number | undefined;
  const findings = await attemptOrWarn("the issue", async () => {
    for (const found of listFound(job, checked)) {
      const target = {
        label: inputs["comment-label"] || nameCluster(checked.check.report),
        directory: inputs.directory,
      };
      number = await keepIssue(github, event, target, parseLabels(inputs["issue-labels"]), found);
    }
  });
  return { outputs: number === undefined ? {} : { "issue-number": String(number) }, findings };
}

/** Lists the updates of the issue, in order: reverted drift is written to the issue before it is closed. */
function listFound(job: Job, { check, revert, again }: DriftRun): Found[] {
  if (job.inputs.issue !== "true" || !isComplete(check)) return [];
  if (!isDrifted(check)) return [{ isDrifted: false, note: "" }];
  const refused = revert && !again ? describeRefusal(revert) : "";
  const found = makeDrifted(job, check, refused);
  if (!revert || !again || !isComplete(again)) return [found];
  if (isDrifted(again)) return [makeDrifted(job, again, "")];
  return [found, { isDrifted: false, note: `It was reverted:\n\n${formatMarkdown(job, revert)}` }];
}

function makeDrifted(job: Job, check: Ended, remark: string): Found {
  const about = [remark, formatAbout(job, check)].filter((text) => text !== "").join("\n\n");
  return {
    isDrifted: true,
    digest: digestDrift(check.report, remark),
    markdown: check.report.markdown({ limit: commentMax, about, whole: describeWhole(job) }),
  };
}

/** Formats the reason why the drift was not reverted, for the issue. */
function describeRefusal({ code, report }: Ended): string {
  const reasons = report.findings.filter(isError).map(({ code: name }) => `\`${name}\``);
  const why = reasons.length === 0 ? "" : `: ${[...new Set(reasons)].join(", ")}`;
  return `**Not reverted** (exit code ${code}${why}). The job's summary says what to do.`;
}

function formatMarkdown(job: Job, ended: Ended): string {
  return ended.report.markdown({
    limit: commentMax - 1_000,
    about: formatAbout(job, ended),
    whole: describeWhole(job),
  });
}

/** Returns true if the report is the result of a drift check, not of a failure. */
function isComplete({ code, report }: Ended): boolean {
  return "changes" in report.document && report.document.command === "drift" && (code === 0 || code === 2);
}

function isDrifted(check: Ended): boolean {
  return isComplete(check) && check.code === 2;
}

function nameCluster({ document }: Report): string {
  return "cluster" in document ? (document.cluster.name ?? document.cluster.uuid ?? "") : "";
}

function parseLabels(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((label) => label.trim())
    .filter((label) => label !== "");
}
