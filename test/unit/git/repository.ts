import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { folder } from "../../support/folder.ts";

const run = promisify(execFile);

/** Nothing of the machine's own settings reaches a test. */
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.org",
};

/** Runs git in a directory, and gives what it printed. */
export async function git(path: string, ...words: string[]): Promise<string> {
  return (await run("git", ["-C", path, ...words], { env })).stdout.trim();
}

/** An empty repository, which goes away with the test. */
export async function repository(): Promise<string> {
  const path = await folder({});
  await git(path, "init", "--quiet", "--initial-branch=main");
  return path;
}

/** Writes files, or removes those whose text is undefined. */
export async function write(
  path: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await (text === undefined ? rm(join(path, name)) : writeFile(join(path, name), text));
  }
}

/** Writes files and commits them; gives the short name of the commit. */
export async function commit(
  path: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  await write(path, files);
  await git(path, "add", "--all");
  await git(path, "commit", "--quiet", "--allow-empty", "--message", "step");
  return git(path, "rev-parse", "--short", "HEAD");
}

/** A file of roles, each with nothing to say. */
export function roles(...names: string[]): string {
  return ["_meta: { type: roles, config_version: 2 }", ...names.map((name) => `${name}: {}`), ""].join("\n");
}
