import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runAction } from "../../../src/github/run-action.ts";
import { main } from "../../../src/main.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { makeIo } from "../../support/osac.ts";
import type { FakeGitHub } from "./fake-github.ts";

/** The result of a step of a workflow. */
export interface Step {
  /** The exit code as the runner counts it: 0 or 1. */
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The annotations, as the runner reads them. */
  readonly annotations: readonly string[];
}

/** A checked out repository with `security/`, and a runner. */
export interface Workflow {
  readonly cwd: string;
  /** Runs the Action: inputs, the event and its payload. */
  readonly step: (inputs: Readonly<Record<string, string>>, event?: EventOf) => Promise<Step>;
  /** The environment of a step, for tests that start one themselves. */
  readonly makeEnv: (
    inputs: Readonly<Record<string, string>>,
    event?: EventOf,
  ) => Promise<Record<string, string>>;
  /** Reads the files that a step wrote, by this environment. */
  readonly left: (env: Readonly<Record<string, string>>, code: number, log: string) => Promise<Step>;
  readonly write: (file: string, text: string) => Promise<void>;
}

/** The event that starts a run. */
export interface EventOf {
  readonly name?: string;
  readonly payload?: object;
  readonly env?: Readonly<Record<string, string>>;
}

const repo = { full_name: "octo/security" };

/** A pull request from the repository itself, or from a fork. */
export function pullRequest(number: number, sha: string, from = repo.full_name, run = "500"): EventOf {
  const head = { sha, repo: { full_name: from } };
  const payload = { pull_request: { number, head, base: { repo } } };
  return { name: "pull_request", payload, env: { GITHUB_RUN_ID: run } };
}

/** A push of this commit. */
export function push(sha: string, run = "600"): EventOf {
  return { name: "push", payload: { after: sha }, env: { GITHUB_SHA: sha, GITHUB_RUN_ID: run } };
}

/** Reads the files that a step wrote, by its environment. */
const left: Workflow["left"] = async (env, code, log) => ({
  code,
  log,
  summary: await readFile(env["GITHUB_STEP_SUMMARY"]!, "utf8"),
  outputs: outputsIn(await readFile(env["GITHUB_OUTPUT"]!, "utf8")),
  annotations: commandsIn(log),
});

export async function workflow(
  cluster: Pick<Simulator, "url" | "caCert" | "user" | "password">,
  fake: FakeGitHub,
  files: Readonly<Record<string, string>>,
): Promise<Workflow> {
  const own = Object.entries(files).map(([name, text]) => [join("security", name), text]);
  const cwd = await folder({ ".git/HEAD": "", ...(Object.fromEntries(own) as Record<string, string>) });
  let steps = 0;
  const makeEnv: Workflow["makeEnv"] = async (
    inputs,
    { name = "workflow_dispatch", payload = {}, env = {} } = {},
  ) => {
    const temp = join(cwd, `.temp-${++steps}`);
    await mkdir(temp);
    for (const file of ["output", "summary"]) await writeFile(join(temp, file), "");
    await writeFile(join(temp, "event.json"), JSON.stringify(payload));
    const login = {
      url: cluster.url,
      "ca-cert": cluster.caCert,
      username: cluster.user,
      password: cluster.password,
    };
    const given = Object.entries({ directory: "security", ...login, ...inputs });
    return {
      ...fake.env,
      GITHUB_WORKSPACE: cwd,
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: join(temp, "event.json"),
      GITHUB_OUTPUT: join(temp, "output"),
      GITHUB_STEP_SUMMARY: join(temp, "summary"),
      GITHUB_SHA: "5000000000000000000000000000000000000000",
      RUNNER_TEMP: temp,
      OSAC_PASSWORD_COST: "4",
      ...Object.fromEntries(given.map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value])),
      ...env,
    };
  };
  return {
    cwd,
    makeEnv,
    left,
    write: (file, text) => writeFile(join(cwd, "security", file), text),
    step: async (inputs, event) => {
      const env = await makeEnv(inputs, event);
      let log = "";
      const stdout = { write: (text: string) => void (log += text), isTerminal: false };
      const code = await runAction(main, makeIo({ cwd, env, stdout, stderr: stdout }));
      return left(env, code, log);
    },
  };
}

/** Outputs as the runner reads them. */
function outputsIn(text: string): Record<string, string> {
  const values = [...text.matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n\2\n/gm)];
  return Object.fromEntries(values.map(([, name, , value]) => [name, value]));
}

/**
 * The annotations in a log, as the runner finds them: indented ones as well, but none while commands are
 * stopped.
 */
function commandsIn(log: string): string[] {
  let stopped: string | undefined;
  return log.split("\n").flatMap((line) => {
    const command = line.trimStart();
    if (stopped !== undefined) {
      if (command === `::${stopped}::`) stopped = undefined;
      return [];
    }
    const [, token] = /^::stop-commands::(.+)$/.exec(command) ?? [];
    stopped = token;
    return token === undefined && command.startsWith("::") ? [command] : [];
  });
}
