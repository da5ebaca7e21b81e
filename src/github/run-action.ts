import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../commands/io.ts";
import { failure, toOsacError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureReport } from "../report/failure-markdown.ts";
import { openPullRequestReporter, openApi } from "./pull-request-reporter.ts";
import { chooseEnd, revertDrift, makeRevertOutputs, updateIssue } from "./revert-drift.ts";
import { readEvent, type Event } from "./event.ts";
import { writeReportFiles, refuseUnwritable } from "./report-files.ts";
import { readInputs, refuseNoUrl, type Inputs } from "./inputs.ts";
import { useBaseSettings } from "./use-base-settings.ts";
import { attemptOrWarn, type Ended, type Job } from "./job.ts";
import { withTrust } from "./trusted-files.ts";
import { publish, addToSummary } from "./publish.ts";
import { runWithCommandsStopped, type Main } from "./run-osac.ts";
import { addCurrentPlan } from "./current-plan.ts";

/**
 * Runs one step of a workflow: makes a command line of the inputs, and a summary, comment, annotations and
 * outputs of the result. Returns the exit code of the process, and never throws.
 */
export async function runAction(main: Main, io: Io): Promise<number> {
  const runners = io.env["RUNNER_TEMP"] ?? "";
  const folder = mkdtempSync(join(existsSync(runners) ? runners : tmpdir(), "osac-"));
  let job: Job | undefined;
  try {
    const given = readInputs(io.env);
    const event = await withTrust(readEvent(io.env), given.directory, io.cwd);
    const { inputs, notes } = await useBaseSettings(given, event, io.cwd);
    job = { inputs, event, io, folder, notes: [...listNotes(inputs, event), ...notes] };
    return await runCommand(main, job);
  } catch (error) {
    const known = toOsacError(error);
    const code = exitCodes[known.reason].code;
    const report = failureReport(job?.inputs.command, code, known.findings);
    return publish(job, { code, report }, io, writeReportFiles(undefined, report, folder, io), []);
  }
}

function listNotes({ command }: Inputs, { untrusted }: Event): string[] {
  if (untrusted === undefined || command === "validate") return [];
  return [`**Not compared with the cluster:** ${untrusted}. Only the files were checked.`];
}

/** Refuses to apply untrusted files; for trusted files, requires the address of the cluster. */
function refuseUntrusted({ inputs, event: { untrusted }, io }: Job): void {
  if (inputs.command === "validate") return;
  if (untrusted === undefined) return refuseNoUrl(inputs, io.env);
  if (inputs.command !== "apply") return;
  throw failure(
    "input",
    "untrusted-pull-request",
    `${untrusted}, and nothing of it is applied; nothing was written`,
    {
      hint: "apply what was merged, in a workflow on push",
    },
  );
}

async function runCommand(main: Main, job: Job): Promise<number> {
  const { inputs, io } = job;
  refuseUntrusted(job);
  refuseUnwritable(job);
  const github = openApi(job);
  try {
    const desk = github && openPullRequestReporter(job, github);
    const before = desk
      ? await attemptOrWarn("the comment", async () => (await desk.sticky())?.markOutdated())
      : [];
    const run = async (one: Job): Promise<Ended> => runWithCommandsStopped(main, one);
    const checked = await revertDrift(job, await run(job), run);
    const ended = await addCurrentPlan(job, chooseEnd(checked), run);
    const files = writeReportFiles(inputs, ended.report, job.folder, io);
    const told = desk ? await desk.report(ended) : { url: "", findings: [] };
    const issue = github ? await updateIssue(github, job, checked) : { outputs: {}, findings: [] };
    const comment = told.url ? { "comment-url": told.url } : {};
    const outcome = {
      ...ended.outputs,
      ...files,
      ...comment,
      ...makeRevertOutputs(checked),
      ...issue.outputs,
    };
    const unsaid = checked.again ? addToSummary(job, checked.revert!, io) : [];
    // One warning is enough if GitHub refuses both requests.
    const refusals = told.findings.length > 0 ? told.findings : before;
    return publish(job, ended, io, outcome, [...refusals, ...issue.findings, ...unsaid]);
  } finally {
    await github?.close();
  }
}
