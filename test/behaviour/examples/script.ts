import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { folder } from "../../support/folder.ts";

const root = join(import.meta.dirname, "../../..");

/** The repository of the workflow. */
export const repository = "octo/security";

/** The answers of GitHub: pages by request, folders by run. */
export interface GitHub {
  readonly answers: Readonly<Record<string, readonly unknown[]>>;
  readonly artifacts: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly code: number | null;
  /** The runner's directory, where scripts may leave files. */
  readonly temp: string;
  readonly log: string;
  readonly output: string;
  readonly calls: readonly { readonly line: string; readonly fields?: Readonly<Record<string, string>> }[];
}

interface Step {
  readonly name?: string;
  readonly run?: string;
}

/** The script of a step, as a runner gives it to bash. */
export async function readScript(file: string, name: string): Promise<string> {
  const { value } = parseYaml(file, await readFile(join(root, file), "utf8"));
  const { jobs } = value as unknown as { jobs: Record<string, { steps?: Step[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  return steps.find((step) => step.name === name)!.run!;
}

/**
 * Runs the script with a `gh` that has these answers, in the directory `PWD` of the environment or in a new
 * one.
 */
export async function run(
  script: string,
  env: Readonly<Record<string, string>>,
  github: GitHub = { answers: {}, artifacts: {} },
): Promise<Ran> {
  const gh = `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "gh.mjs")}" "$@"\n`;
  const temp = await folder({ "bin/gh": gh, script, output: "", calls: "", answers: JSON.stringify(github) });
  spawnSync("chmod", ["+x", join(temp, "bin/gh")]);
  const { status, stdout, stderr } = spawnSync("bash", ["-e", join(temp, "script")], {
    cwd: env["PWD"] ?? temp,
    encoding: "utf8",
    env: {
      PATH: `${join(temp, "bin")}:${process.env["PATH"]}`,
      GITHUB_REPOSITORY: repository,
      GITHUB_OUTPUT: join(temp, "output"),
      RUNNER_TEMP: temp,
      GH_ANSWERS: join(temp, "answers"),
      GH_CALLS: join(temp, "calls"),
      ...env,
    },
  });
  const calls = (await readFile(join(temp, "calls"), "utf8")).split("\n").filter((line) => line !== "");
  return {
    code: status,
    temp,
    log: stdout + stderr,
    output: await readFile(join(temp, "output"), "utf8"),
    calls: calls.map((line) => JSON.parse(line) as Ran["calls"][number]),
  };
}
