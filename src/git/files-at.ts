import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { findKindOfPath } from "../files/file-names.ts";
import { runGit, readBlobs, type GitAnswer, type WorkTree } from "./run-git.ts";

/**
 * The commit that a reference names. One that git finds in several places names none: whoever may push a tag
 * `origin/main` would otherwise say what the branch of that name holds.
 */
export async function findCommitAt(tree: WorkTree, reference: string): Promise<GitAnswer> {
  const found = await findReferences(tree, reference);
  const isShortId = /^[0-9a-f]{4,39}$/.test(reference);
  if (found.length + Number(isShortId) > 1)
    return { failed: `it is ambiguous (${found.join(", ")}), write such a name in full` };
  // A reference that begins with a dash would be taken for an option.
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`];
  const answer = await runGit(tree, words);
  return "out" in answer ? { out: answer.out.trim() } : answer;
}

/** Every branch and tag that a short name may stand for; none for a full one. */
async function findReferences(tree: WorkTree, reference: string): Promise<string[]> {
  const name = reference.replace(/(?:[~^:]|@\{).*$/s, "");
  if (name.startsWith("refs/")) return [];
  const places = ["refs", "refs/tags", "refs/heads", "refs/remotes"].map((place) => `${place}/${name}`);
  const answer = await runGit(tree, ["for-each-ref", "--format=%(refname)", ...places]);
  return "out" in answer ? answer.out.split("\n").filter((line) => places.includes(line)) : [];
}

/** The path of a directory from the top of its work tree, with a slash at its end; `""` for the top. */
export async function findFolder({ top }: WorkTree, directory: string): Promise<string> {
  const names = relative(top, await realpath(directory)).split(sep);
  return names[0] === "" ? "" : `${names.join("/")}/`;
}

/**
 * The files that osac reads, as a directory had them in a commit: git's name of their content, by their path in the directory.
 * A name that osac gives no meaning is none of them, and so none can lead out of a directory.
 */
export async function listFilesAt(
  tree: WorkTree,
  commit: string,
  directory: string,
): Promise<ReadonlyMap<string, string> | { readonly failed: string }> {
  const folder = await findFolder(tree, directory);
  const within = folder === "" ? [] : ["--", folder];
  const listed = await runGit(tree, ["ls-tree", "-r", "-z", "--full-tree", commit, ...within]);
  if ("failed" in listed) return listed;
  const files = listed.out.split("\0").flatMap((line) => {
    const [, id, path] = /^100\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
    const file = path?.slice(folder.length);
    return file === "osac.yml" || (file !== undefined && findKindOfPath(file)) ? [[file, id!] as const] : [];
  });
  return new Map(files);
}

/** The texts of objects, by git's name of them. */
export async function readTexts(
  tree: WorkTree,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const [id, text] of readBlobs(tree, [...new Set(ids)])) texts.set(id, text);
  return texts;
}
