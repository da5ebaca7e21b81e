import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { findKindOfPath, isSettingsFile } from "../files/file-names.ts";
import { runGit, readBlobs, type GitAnswer, type WorkTree } from "./run-git.ts";

/**
 * Finds the commit of a reference. Refuses a name that git finds in several places: a user who may push a tag
 * `origin/main` could otherwise replace the branch of that name.
 */
export async function findCommitAt(tree: WorkTree, reference: string): Promise<GitAnswer> {
  const found = await findReferences(tree, reference);
  const isShortId = /^[0-9a-f]{4,39}$/.test(reference);
  if (found.length + Number(isShortId) > 1)
    return { failed: `it is ambiguous (${found.join(", ")}), write such a name in full` };
  // Without this option git would take a reference that begins with a dash for an option.
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`];
  const answer = await runGit(tree, words);
  return "out" in answer ? { out: answer.out.trim() } : answer;
}

/** Finds every branch and tag that a short name may mean; none for a full name. */
async function findReferences(tree: WorkTree, reference: string): Promise<string[]> {
  const name = reference.replace(/(?:[~^:]|@\{).*$/s, "");
  if (name.startsWith("refs/")) return [];
  const places = ["refs", "refs/tags", "refs/heads", "refs/remotes"].map((place) => `${place}/${name}`);
  const answer = await runGit(tree, ["for-each-ref", "--format=%(refname)", ...places]);
  return "out" in answer ? answer.out.split("\n").filter((line) => places.includes(line)) : [];
}

/**
 * Returns the path of a directory from the top of its work tree, with a slash at its end; `""` for the top.
 */
export async function findFolder({ top }: WorkTree, directory: string): Promise<string> {
  const names = relative(top, await realpath(directory)).split(sep);
  return names[0] === "" ? "" : `${names.join("/")}/`;
}

/**
 * Lists the files that osac reads, as a directory had them in a commit: the git ids of their content, by
 * their path in the directory. Other names are left out, so no path can lead out of a directory.
 *
 * @param isWanted returns true for a file besides osac.yml; by default those of a plain directory
 */
export async function listFilesAt(
  tree: WorkTree,
  commit: string,
  directory: string,
  isWanted: (file: string) => boolean = (file) => findKindOfPath(file) !== undefined,
): Promise<ReadonlyMap<string, string> | { readonly failed: string }> {
  const folder = await findFolder(tree, directory);
  const within = folder === "" ? [] : ["--", folder];
  const listed = await runGit(tree, ["ls-tree", "-r", "-z", "--full-tree", commit, ...within]);
  if ("failed" in listed) return listed;
  const files = listed.out.split("\0").flatMap((line) => {
    const [, id, path] = /^100\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
    const file = path?.slice(folder.length);
    return file !== undefined && (isSettingsFile(file) || isWanted(file)) ? [[file, id!] as const] : [];
  });
  return new Map(files);
}

/** Reads the texts of objects by their git ids. */
export async function readTexts(
  tree: WorkTree,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const [id, text] of readBlobs(tree, [...new Set(ids)])) texts.set(id, text);
  return texts;
}
