import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { failure, type OsacError } from "../errors.ts";
import { findCommitAt, listFilesAt, readTexts } from "./files-at.ts";
import { openWorkTree } from "./work-tree.ts";

/**
 * Calls `use` with a directory of the files at `base`: another directory, or a git reference of the
 * repository that holds `directory`. Files from git are deleted afterwards.
 *
 * The spelling of `base` decides which of the two it is, never the content of the disk: a pull request could
 * add a directory with the name of a branch.
 *
 * @param cwd start of a relative path
 */
export async function withBase<Result>(
  base: string,
  { directory, cwd }: { readonly directory: string; readonly cwd: string },
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = resolve(cwd, base);
  if (isPath(base)) {
    if (await isDirectory(path)) return use(path);
    throw noBaseError(base, "there is no such directory");
  }
  const copy = await mkdtemp(join(tmpdir(), "osac-base-"));
  try {
    await copyFromGit(base, directory, copy).catch(async (error: unknown) => {
      throw (await isDirectory(path)) ? isOnlyDirectory(base) : error;
    });
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Returns true for a spelling that no git reference can have. */
function isPath(base: string): boolean {
  return isAbsolute(base) || /^\.{1,2}(?:[/\\]|$)/.test(base);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function copyFromGit(reference: string, directory: string, copy: string): Promise<void> {
  const opened = await openWorkTree(directory);
  if ("failed" in opened) throw noBaseError(reference, opened.failed);
  const { tree } = opened;
  const commit = await findCommitAt(tree, reference);
  if ("failed" in commit) throw noBaseError(reference, commit.failed);
  const files = await listFilesAt(tree, commit.out, directory);
  if ("failed" in files) throw noBaseError(reference, files.failed);
  const texts = await readTexts(tree, [...files.values()]);
  for (const [file, id] of files) {
    const text = texts.get(id);
    if (text === undefined) throw noBaseError(reference, `${file} cannot be read`);
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), text);
  }
}

function noBaseError(base: string, why: string): OsacError {
  return failure("input", "unknown-base", `--base ${base}: ${why || "there is no such commit"}`, {
    hint: "name a branch, tag or commit of the repository (a shallow clone has few of them: fetch-depth: 0), or a directory, as in ./NAME",
  });
}

function isOnlyDirectory(base: string): OsacError {
  return failure(
    "input",
    "unknown-base",
    `--base ${base}: there is no such commit, but a directory of that name`,
    {
      hint: `write ./${base} for the directory`,
    },
  );
}
