import { readFile, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findTop, isWithin } from "../files/safe-path.ts";
import { findGitDirectory, type WorkTree } from "./run-git.ts";

/** A work tree, or the first line of the error message of git, which may be empty. */
export type FoundWorkTree = { readonly tree: WorkTree } | { readonly failed: string };

/**
 * Opens the git work tree that a directory lies in. Its repository is the `.git` at the top and no other: a
 * pull request can add files that git takes for a repository of their own, with a configuration that runs
 * programs.
 */
export async function openWorkTree(directory: string): Promise<FoundWorkTree> {
  const top = findTop(await realpath(directory).catch(() => directory));
  if (top === undefined) return { failed: "not a git repository" };
  const found = await findGitDirectory(top);
  if ("failed" in found) return found;
  const gitDir = found.out.replace(/\r?\n$/, "");
  const expected = await findGitDirectoryAt(top).catch(() => undefined);
  const isExpected = expected !== undefined && (await realpath(gitDir)) === expected;
  if (!isExpected) return { failed: `${join(top, ".git")} is no repository, and git would take ${gitDir}` };
  if (isWithin(top, expected) && expected !== join(top, ".git"))
    return { failed: `${join(top, ".git")} names ${expected}, which lies among the files` };
  return { tree: { top, gitDir: expected } };
}

/**
 * Finds the git directory at the top of a work tree: `.git`, or the target of a file of that name, as in a
 * submodule.
 */
async function findGitDirectoryAt(top: string): Promise<string> {
  const path = join(top, ".git");
  if ((await stat(path)).isDirectory()) return realpath(path);
  const text = await readFile(path, "utf8");
  return realpath(resolve(top, text.replace(/^gitdir: /, "").replace(/[\r\n]+$/, "")));
}
