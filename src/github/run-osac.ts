import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "../commands/index.ts";
import type { Io } from "../commands/io.ts";
import { failureReport } from "../report/failure-markdown.ts";
import type { Report } from "../report/command-result.ts";
import { makeEnvironment, makeFlags, refuseHalfLogin } from "./inputs.ts";
import type { Ended, Job } from "./job.ts";
import { openTokens } from "./oidc.ts";

/** Runs a command line of osac and returns its exit code. */
export type Main = (argv: readonly string[], io: Io) => Promise<number>;

/**
 * Runs osac with workflow commands stopped. The log holds names from files and clusters, and the runner would
 * execute a line that looks like a command.
 */
export async function runWithCommandsStopped(main: Main, job: Job): Promise<Ended> {
  const { io, inputs, folder } = job;
  const argv = makeArguments(job);
  const needsLogin = argv[0] !== "validate";
  if (needsLogin) refuseHalfLogin(inputs, io.env);
  const secrets = mkdtempSync(join(folder, "login-"));
  const saveAs = (name: string, text: string): string => {
    const path = join(secrets, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const reports: Report[] = [];
  const resume = randomUUID();
  const stop = `::stop-commands::${resume}\n`;
  const go = `\n::${resume}::\n`;
  let isStopped = false;
  const mask = (token: string): void => {
    const line = `::add-mask::${token}\n`;
    io.stdout.write(isStopped ? `${go}${line}${stop}` : line);
  };
  const freshToken = needsLogin ? openTokens(inputs, io.env, mask) : undefined;
  try {
    const token = freshToken ? { OSAC_TOKEN: (await freshToken()).reveal() } : {};
    io.stdout.write(stop);
    isStopped = true;
    const code = await main(argv, {
      ...io,
      // One stream keeps the order of the log.
      stderr: io.stdout,
      env: {
        ...makeEnvironment(inputs, { OSAC_BACKUP: join(folder, "backups"), ...io.env }, saveAs),
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

/** Makes the command line of the inputs; for untrusted files, `validate` without a cluster. */
function makeArguments({ inputs, event }: Job): string[] {
  const { command, directory } = inputs;
  const { options } = findCommand(command)!;
  const flags = makeFlags(inputs, { name: command, options });
  if (event.untrusted !== undefined && command !== "validate")
    return [
      "validate",
      directory,
      "--secrets",
      "opaque",
      ...(inputs.config ? [`--config=${inputs.config}`] : []),
      ...(inputs["settings-from"] ? [`--settings-from=${inputs["settings-from"]}`] : []),
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
