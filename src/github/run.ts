import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { commandNamed } from "../commands/index.ts";
import type { Io } from "../commands/io.ts";
import { proxyOf } from "../config/settings/connection.ts";
import { exitCodes, failure } from "../errors.ts";
import type { Finding } from "../model.ts";
import { failureReport } from "../report/failure-markdown.ts";
import { counted } from "../report/findings.ts";
import { annotations } from "../report/github.ts";
import { jsonText } from "../report/json.ts";
import type { Report } from "../report/report.ts";
import { Secret } from "../secret.ts";
import { openGitHub, type GitHub } from "./api.ts";
import { commentMax, pullRequestOf, stickyComment, type Sticky } from "./comment.ts";
import { endOf, reverted, revertOutputs, tellIssue } from "./drift.ts";
import { readEvent, type Event } from "./event.ts";
import { environmentOf, flagsOf, readInputs, type Inputs } from "./inputs.ts";
import { aboutOf, attempt, knownError, type Ended, type Job } from "./job.ts";
import { tokensOf } from "./oidc.ts";
import { failureReason, outputText, outputsOf, type Outputs } from "./outputs.ts";
import { withPlanOfNow } from "./stale.ts";
import { writeSummary } from "./summary.ts";

/** Runs a command line of osac. */
export type Main = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * One step of a workflow: inputs become a command line, what that finds becomes a summary, a comment, annotations and
 * outputs. Gives the exit code of the process, and never throws.
 */
export async function runAction(main: Main, io: Io): Promise<number> {
  const runners = io.env["RUNNER_TEMP"] ?? "";
  const folder = mkdtempSync(join(existsSync(runners) ? runners : tmpdir(), "osac-"));
  let job: Job | undefined;
  try {
    const given = readInputs(io.env);
    const event = readEvent(io.env);
    job = { inputs: given, event, io, folder, notes: notesOf(given, event) };
    return await carryOut(main, job);
  } catch (error) {
    const known = knownError(error);
    const code = exitCodes[known.reason].code;
    const report = failureReport(job?.inputs.command, code, known.findings);
    return publish(job, { code, report }, io, filesOf(undefined, report, folder, io), []);
  }
}

function notesOf({ command }: Inputs, { untrusted }: Event): string[] {
  if (untrusted === undefined || command === "validate") return [];
  return [`**Not compared with the cluster:** ${untrusted}. Only the files were checked.`];
}

async function carryOut(main: Main, job: Job): Promise<number> {
  const { inputs, event, io } = job;
  if (event.untrusted !== undefined && inputs.command === "apply")
    throw failure(
      "input",
      "untrusted",
      `${event.untrusted}, and nothing of it is applied; nothing was written`,
      {
        hint: "apply what was merged, in a workflow on push",
      },
    );
  refuseUnwritable(job);
  const github = openApi(job);
  try {
    const desk = github && deskOf(job, github);
    const before = desk
      ? await attempt("the comment", async () => (await desk.sticky())?.markOutdated())
      : [];
    const run = async (one: Job): Promise<Ended> => ranQuietly(main, one);
    const checked = await reverted(job, await run(job), run);
    const ended = await withPlanOfNow(job, endOf(checked), run);
    const files = filesOf(inputs, ended.report, job.folder, io);
    const told = desk ? await desk.tell(ended) : { url: "", findings: [] };
    const issue = github ? await tellIssue(github, job, checked) : { outputs: {}, findings: [] };
    const comment = told.url ? { "comment-url": told.url } : {};
    const outcome = { ...ended.outputs, ...files, ...comment, ...revertOutputs(checked), ...issue.outputs };
    const unsaid = checked.again ? summarize(job, checked.revert!, io) : [];
    return publish(job, ended, io, outcome, [...before, ...told.findings, ...issue.findings, ...unsaid]);
  } finally {
    await github?.close();
  }
}

/** The command line that the inputs ask for; that of files without a cluster where they are a stranger's. */
function argumentsOf({ inputs, event }: Job): string[] {
  const { command, directory } = inputs;
  const { options } = commandNamed([command])!;
  const flags = flagsOf(inputs, { name: command, options });
  if (event.untrusted !== undefined && command !== "validate")
    return [
      "validate",
      directory,
      "--secrets",
      "opaque",
      ...(inputs.config ? [`--config=${inputs.config}`] : []),
    ];
  const isStrict = command === "plan" && inputs["fail-on-changes"] === "true";
  return [
    command,
    directory,
    "--output",
    "text",
    ...flags,
    ...(isStrict ? ["--detailed-exitcode"] : []),
    ...(command === "apply" ? ["--yes"] : []),
  ];
}

/**
 * Runs osac with its texts in the log. They hold names of others, and a line that looks like a command of the runner
 * would be carried out, so that none is while osac speaks.
 */
async function ranQuietly(main: Main, job: Job): Promise<Ended> {
  const { io, inputs, folder } = job;
  const secrets = mkdtempSync(join(folder, "login-"));
  const saveAs = (name: string, text: string): string => {
    const path = join(secrets, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const argv = argumentsOf(job);
  const reports: Report[] = [];
  const resume = randomUUID();
  const stop = `::stop-commands::${resume}\n`;
  const go = `\n::${resume}::\n`;
  let isStopped = false;
  const mask = (token: string): void => {
    const line = `::add-mask::${token}\n`;
    io.stdout.write(isStopped ? `${go}${line}${stop}` : line);
  };
  const needsLogin = argv[0] !== "validate";
  const freshToken = needsLogin ? tokensOf(inputs, io.env, mask) : undefined;
  try {
    const token = freshToken ? { OSAC_TOKEN: (await freshToken()).reveal() } : {};
    io.stdout.write(stop);
    isStopped = true;
    const code = await main(argv, {
      ...io,
      // One stream, so that the log has everything in its order.
      stderr: io.stdout,
      env: {
        ...environmentOf(inputs, { OSAC_BACKUP: join(folder, "backups"), ...io.env }, saveAs),
        ...token,
      },
      freshToken,
      report: (report) => reports.push(report),
    });
    return { code, report: reports.at(-1) ?? failureReport(inputs.command, code, []) };
  } finally {
    if (isStopped) io.stdout.write(go);
    rmSync(secrets, { recursive: true });
  }
}

function openApi({ inputs, event, io }: Job): GitHub | undefined {
  const token = inputs["github-token"];
  const url = io.env["GITHUB_API_URL"] ?? "https://api.github.com";
  if (token === "" || event.repository === "") return undefined;
  const graphqlUrl = io.env["GITHUB_GRAPHQL_URL"] ?? `${url}/graphql`;
  return openGitHub({ url, graphqlUrl, token: new Secret(token), proxy: proxyOf(io.env) });
}

/** What is said on a pull request. */
interface Desk {
  sticky(): Promise<Sticky | undefined>;
  tell(ended: Ended): Promise<{ readonly url: string; readonly findings: readonly Finding[] }>;
}

function deskOf(job: Job, github: GitHub): Desk | undefined {
  const { inputs, event } = job;
  const isApply = inputs.command === "apply";
  if (inputs.comment === "never" || !(event.pullRequest || isApply)) return undefined;
  const target = { label: inputs["comment-label"], directory: inputs.directory };
  const sticky = async (): Promise<Sticky | undefined> => {
    const number = event.pullRequest?.number ?? (await pullRequestOf(github, event));
    return number === undefined ? undefined : stickyComment(github, event, number, target);
  };
  return {
    sticky: async () => (event.pullRequest ? sticky() : undefined),
    tell: async (ended) => {
      let url = "";
      const findings = await attempt("the comment", async () => {
        const comment = await sticky();
        const written = await comment?.write(
          ended.report.markdown({ limit: commentMax, about: aboutOf(job, ended) }),
          inputs.comment === "always" || isWorthSaying(ended),
        );
        url = written?.url ?? "";
      });
      return { url, findings };
    },
  };
}

function isWorthSaying({ code, report }: Ended): boolean {
  return code !== 0 || ("changes" in report.document && report.document.changes.length > 0);
}

/** Finds out before anything is done whether the report can be written where it is wanted. */
function refuseUnwritable({ inputs, io: { cwd } }: Job): void {
  for (const name of ["report-file", "markdown-file"] as const) {
    if (inputs[name] === "") continue;
    const path = resolve(cwd, inputs[name]);
    try {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, "");
    } catch (error) {
      const message = `the input ${name}: ${path} cannot be written; nothing was written`;
      throw failure("input", "unwritable-file", message, { cause: error });
    }
  }
}

/** Writes the report where later steps find it. */
function filesOf(inputs: Inputs | undefined, report: Report, folder: string, { cwd }: Io): Outputs {
  const json = resolve(cwd, inputs?.["report-file"] || join(folder, "report.json"));
  const markdown = resolve(cwd, inputs?.["markdown-file"] || join(folder, "report.md"));
  for (const [path, text] of [
    [json, jsonText(report.document)],
    [markdown, report.markdown({ limit: commentMax, about: "" })],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const saved = "saved" in report.document ? report.document.saved : undefined;
  return {
    "report-file": json,
    "markdown-file": markdown,
    ...(saved ? { "plan-file": resolve(cwd, saved.file) } : {}),
  };
}

/** GitHub shows so many annotations of a step for each severity. */
const annotationsMax = 10;

function publish(
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
  const meaning = Object.values(exitCodes).find((exit) => exit.code === code)?.meaning ?? "";
  const message = `osac ended with exit code ${code}: ${meaning}; see the job summary`;
  io.stdout.write(annotations([{ code: failureReason(code), severity: "error", message }]));
  return 1;
}

function summarize(job: Job | undefined, ended: Ended, io: Io): Finding[] {
  const summary = io.env["GITHUB_STEP_SUMMARY"];
  if (!summary || job?.inputs.summary === "false") return [];
  const about = job ? aboutOf(job, ended) : "";
  return orWarning("the job summary", () =>
    writeSummary(summary, (limit) => ended.report.markdown({ limit, about })),
  );
}

/** What the runner does not let be written is a warning: the exit code must not be lost over it. */
function orWarning(what: string, write: () => void): Finding[] {
  try {
    write();
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `${what} cannot be written${code === undefined ? "" : `: ${code}`}`;
    return [{ code: "unwritable-file", severity: "warning", message }];
  }
}

function isFailure(job: Job | undefined, code: number): boolean {
  return code !== 0 && !(code === exitCodes.changes.code && job?.inputs["fail-on-changes"] === "false");
}

/** The worst come first; the last place of a failed step is for the line that says so. */
function annotate(findings: readonly Finding[], isFailed: boolean, io: Io): void {
  const placed = inRepository(findings, io.cwd);
  for (const severity of ["error", "warning", "notice"] as const) {
    const all = placed.filter((finding) => finding.severity === severity);
    const shown = all.slice(0, annotationsMax - Number(isFailed && severity === "error"));
    io.stdout.write(annotations(shown));
    const rest = all.length - shown.length;
    if (rest > 0) io.stdout.write(`… and ${counted(rest, `more ${severity}`)}, see the job summary\n`);
  }
}

/** Files as the repository names them, wherever it was checked out. */
function inRepository(findings: readonly Finding[], cwd: string): Finding[] {
  return findings.map((finding) => {
    if (!finding.at) return finding;
    const path = resolve(cwd, finding.at.file);
    const file = relative(rootOf(dirname(path)) ?? cwd, path).replaceAll("\\", "/");
    return { ...finding, at: { ...finding.at, file } };
  });
}

function rootOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : rootOf(parent);
}
