import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { kindOfPath } from "../file-names.ts";
import { git, readBlobs, type WorkTree } from "./git.ts";

/** Asks git for the commit that a reference names. One that begins with a dash would be taken for an option. */
export function commitWords(reference: string): string[] {
  return ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`];
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
  const listed = await git(tree, ["ls-tree", "-r", "-z", "--full-tree", commit, ...within]);
  if ("failed" in listed) return listed;
  const files = listed.out.split("\0").flatMap((line) => {
    const [, id, path] = /^100\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
    const file = path?.slice(folder.length);
    return file === "osac.yml" || (file !== undefined && kindOfPath(file)) ? [[file, id!] as const] : [];
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
