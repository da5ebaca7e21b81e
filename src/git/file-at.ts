import { join } from "node:path/posix";
import { failure, type OsacError } from "../errors.ts";
import { findCommitAt, findFolder, listFilesAt, readTexts } from "./files-at.ts";
import { runGit, type GitAnswer, type WorkTree } from "./run-git.ts";
import { openWorkTree } from "./work-tree.ts";

/**
 * Reads the text of a file at a git reference of the repository that holds `directory`. Returns undefined if
 * the commit does not have it, or if it lies outside of the repository. Refuses a link, because its target
 * may not be what the commit holds.
 *
 * @param path from the directory
 */
export async function readFileAt(
  reference: string,
  directory: string,
  path: string,
): Promise<string | undefined> {
  const { tree, commit, orThrow } = await openCommit(reference, directory);
  const file = join(await findFolder(tree, directory), path);
  if (file.startsWith("../")) return undefined;
  const [entry] = orThrow(await runGit(tree, ["ls-tree", "-z", "--full-tree", commit, "--", file])).split(
    "\0",
  );
  const [, mode, type, id] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(entry ?? "") ?? [];
  if (id === undefined) return undefined;
  if (type !== "blob" || mode === "120000") throw noSettingsError(reference, `${path} is no file there`);
  return (await readTexts(tree, [id])).get(id);
}

/**
 * Reads the texts of files that a directory had at a git reference, by their path in the directory.
 *
 * @param isWanted returns true for a file to read
 */
export async function readFilesAt(
  reference: string,
  directory: string,
  isWanted: (file: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const { tree, commit } = await openCommit(reference, directory);
  const listed = await listFilesAt(tree, commit, directory, isWanted);
  if ("failed" in listed) throw noSettingsError(reference, listed.failed);
  const files = [...listed].filter(([file]) => isWanted(file));
  const texts = await readTexts(
    tree,
    files.map(([, id]) => id),
  );
  return new Map(files.flatMap(([file, id]) => (texts.has(id) ? [[file, texts.get(id)!] as const] : [])));
}

interface Commit {
  readonly tree: WorkTree;
  readonly commit: string;
  readonly orThrow: (answer: GitAnswer) => string;
}

async function openCommit(reference: string, directory: string): Promise<Commit> {
  const opened = await openWorkTree(directory);
  if ("failed" in opened) throw noSettingsError(reference, opened.failed);
  const { tree } = opened;
  const orThrow = (answer: GitAnswer): string => {
    if ("failed" in answer) throw noSettingsError(reference, answer.failed || "there is no such commit");
    return answer.out;
  };
  return { tree, commit: orThrow(await findCommitAt(tree, reference)), orThrow };
}

function noSettingsError(reference: string, why: string): OsacError {
  return failure("input", "no-settings-commit", `--settings-from ${reference}: ${why}`, {
    hint: "name a branch, tag or commit of the repository that holds the files; a shallow clone has few of them (fetch-depth: 0)",
  });
}

/** Returns true if a clone has a commit. */
export async function hasCommit(directory: string, commit: string): Promise<boolean> {
  const opened = await openWorkTree(directory);
  return "tree" in opened && "out" in (await findCommitAt(opened.tree, commit));
}
