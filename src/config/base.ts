import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { failure } from "../errors.ts";

const run = promisify(execFile);

/** A file of security settings is a few kilobytes; the largest that is read at all has 50 MB. */
const bytesMax = 64 * 1024 * 1024;

/**
 * Gives `use` a directory with the files as they were at `base`: another directory, or a git reference of the
 * repository that holds `directory`. What was taken out of git is removed afterwards.
 *
 * @param cwd where a relative path begins
 */
export async function withBase<Result>(
  base: string,
  { directory, cwd }: { readonly directory: string; readonly cwd: string },
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = resolve(cwd, base);
  if (await isDirectory(path)) return use(path);
  const copy = await mkdtemp(join(tmpdir(), "osac-base-"));
  try {
    await copyFromGit(base, directory, copy);
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function copyFromGit(reference: string, directory: string, copy: string): Promise<void> {
  // A reference that begins with a dash would be taken for an option.
  const commit = (
    await git(
      reference,
      directory,
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${reference}^{commit}`,
    )
  ).trim();
  const names = (await git(reference, directory, "ls-tree", "-r", "-z", "--name-only", commit, "./"))
    .split("\0")
    .filter(Boolean);
  for (const name of names.filter((file) => file.endsWith(".yml"))) {
    const target = join(copy, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await git(reference, directory, "show", `${commit}:./${name}`));
  }
}

async function git(reference: string, directory: string, ...words: string[]): Promise<string> {
  try {
    return (await run("git", ["-C", directory, ...words], { maxBuffer: bytesMax })).stdout;
  } catch (error) {
    const said = ((error as { stderr?: string }).stderr ?? "").trim().split("\n", 1)[0];
    throw failure(
      "input",
      "no-base",
      `--base ${reference}: no such directory, and no such commit${said ? ` (${said})` : ""}`,
      {
        hint: "name a directory, or a branch, tag or commit of the repository; a shallow clone has few of them (fetch-depth: 0)",
        cause: error,
      },
    );
  }
}
