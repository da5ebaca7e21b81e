import { createHash } from "node:crypto";
import { OsacError } from "../errors.ts";
import { byCodeUnit } from "../kinds/canonical.ts";
import { findFolder } from "./git/files-at.ts";
import { git } from "./git/git.ts";
import { openWorkTree } from "./git/work-tree.ts";
import { listRead } from "./list-files.ts";
import { readOwnText } from "./read-file.ts";

/**
 * SHA-256 of the files of a directory that are read, osac.yml among them: of their names and contents, and of nothing
 * else. It is the same in every clone, whatever the commit and the line ends are.
 *
 * @param usedFiles files within it that placeholders name; those that git does not track are secrets of the job, whose
 * values no digest may tell
 */
export async function filesDigest(path: string, usedFiles: ReadonlySet<string>): Promise<string> {
  const names = [...(await listRead(path)), ...(await findTracked(path, usedFiles))].toSorted(byCodeUnit);
  const digests = await Promise.all(names.map(async (name) => [name, sha256(await contentOf(path, name))]));
  return sha256(JSON.stringify(digests));
}

/** The files that git tracks; none outside of a work tree. */
async function findTracked(path: string, files: ReadonlySet<string>): Promise<string[]> {
  const found = files.size === 0 ? undefined : await openWorkTree(path);
  if (!found || !("tree" in found)) return [];
  const folder = await findFolder(found.tree, path);
  const paths = [...files].map((file) => folder + file);
  const answer = await git(found.tree, ["ls-files", "-z", "--full-name", "--", ...paths]);
  const tracked = new Set("out" in answer ? answer.out.split("\0") : []);
  return [...files].filter((file) => tracked.has(folder + file));
}

async function contentOf(path: string, name: string): Promise<string> {
  const content = await readOwnText(path, name);
  if ("finding" in content) throw new OsacError("input", [content.finding]);
  return content.text.replaceAll("\r\n", "\n");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
