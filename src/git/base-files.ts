import { isSettingsFile } from "../files/file-names.ts";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { failure, OsacError } from "../errors.ts";
import { findKindOfPath } from "../files/file-names.ts";
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
    throw noBaseError(`--base ${base}`, "there is no such directory");
  }
  const explain = async (error: unknown): Promise<never> => {
    throw (await isDirectory(path)) ? isOnlyDirectory(base) : error;
  };
  return withFilesAt(base, directory, { named: `--base ${base}`, explain }, use);
}

/**
 * Calls `use` with a directory of the files that a directory had at a git reference. The files are deleted
 * afterwards.
 *
 * @param named the reference in messages
 */
export async function withFilesAt<Result>(
  reference: string,
  directory: string,
  { named, explain }: { readonly named: string; readonly explain?: (error: unknown) => Promise<never> },
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const copy = await mkdtemp(join(tmpdir(), "osac-base-"));
  try {
    await copyFromGit(reference, named, directory, copy).catch(explain ?? rethrow);
    return await use(copy);
  } catch (error) {
    throw error instanceof OsacError ? nameReference(error, copy, named) : error;
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Messages name the reference, not the directory of the copy, which is gone when somebody reads them. */
function nameReference({ reason, findings }: OsacError, copy: string, named: string): OsacError {
  return new OsacError(
    reason,
    findings.map((finding) => ({ ...finding, message: finding.message.replaceAll(copy, named) })),
  );
}

async function rethrow(error: unknown): Promise<never> {
  throw error;
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

async function copyFromGit(reference: string, named: string, directory: string, copy: string): Promise<void> {
  const opened = await openWorkTree(directory);
  if ("failed" in opened) throw noBaseError(named, opened.failed);
  const { tree } = opened;
  const commit = await findCommitAt(tree, reference);
  if ("failed" in commit) throw noBaseError(named, commit.failed);
  // The osac.yml of the commit names the layers, so every folder may be one.
  const files = await listFilesAt(tree, commit.out, directory, mayBeInLayer);
  if ("failed" in files) throw noBaseError(named, files.failed);
  if ([...files.keys()].every(isSettingsFile))
    throw noBaseError(named, "the directory had none of the files that osac reads");
  const texts = await readTexts(tree, [...files.values()]);
  for (const [file, id] of files) {
    const text = texts.get(id);
    if (text === undefined) throw noBaseError(named, `${file} cannot be read`);
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), text);
  }
}

function mayBeInLayer(file: string): boolean {
  const names = file.split("/");
  return names.some((_, index) => findKindOfPath(names.slice(index).join("/")) !== undefined);
}

function noBaseError(named: string, why: string): OsacError {
  return failure("input", "unknown-base", `${named}: ${why || "there is no such commit"}`, {
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
