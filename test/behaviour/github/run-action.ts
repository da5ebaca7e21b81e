import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const bundle = join(import.meta.dirname, "../../../dist/action.js");

/** The input of a step. */
export interface Step {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The event's name and its payload. */
  readonly event: readonly [name: string, payload: unknown];
  readonly sha: string;
}

/** The result of a step. */
export interface StepRun {
  readonly code: number;
  /** Standard output and standard error. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The runner's temporary directory, where the step may leave files. */
  readonly temp: string;
}

/**
 * Runs the bundle as the runner does: in a new process, with inputs as variables and files for its outputs.
 */
export async function runStep({ inputs, env, cwd, event: [name, payload], sha }: Step): Promise<StepRun> {
  const temp = await mkdtemp(join(tmpdir(), "osac-runner-"));
  const files = {
    output: join(temp, "_output"),
    summary: join(temp, "_summary"),
    event: join(temp, "_event.json"),
  };
  await Promise.all([
    writeFile(files.output, ""),
    writeFile(files.summary, ""),
    writeFile(files.event, typeof payload === "string" ? payload : JSON.stringify(payload)),
  ]);
  const given = Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [bundle], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: temp,
      GITHUB_ACTIONS: "true",
      CI: "true",
      GITHUB_WORKSPACE: cwd,
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_EVENT_NAME: name,
      GITHUB_SHA: sha,
      ...env,
      ...Object.fromEntries(given),
    },
  });
  child.stdin.end();
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return {
    code: code as number,
    log: out + err,
    outputs: outputsIn(await readFile(files.output, "utf8")),
    summary: await readFile(files.summary, "utf8"),
    temp,
  };
}

/** Parses the file as the runner does: `name<<end`, lines, `end`. */
function outputsIn(file: string): Record<string, string> {
  const found = file.matchAll(/^([\w-]+)<<(\S+)\n(?:([^]*?)\n)?\2$/gm);
  return Object.fromEntries([...found].map(([, name, , value]) => [name!, value ?? ""]));
}
