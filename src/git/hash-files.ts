import { createHash } from "node:crypto";
import { OsacError } from "../errors.ts";
import { compareByCodeUnit } from "../value/record.ts";
import { findFolder } from "./files-at.ts";
import { runGit } from "./run-git.ts";
import { openWorkTree } from "./work-tree.ts";
import { listRead } from "../files/list-files.ts";
import type { Layer } from "../model/layers.ts";
import { readOwnText } from "../files/read-file.ts";

/**
 * Computes SHA-256 over the names and contents of the files that osac reads in a directory, osac.yml among
 * them. The result is the same in every clone, whatever the commit and the line ends are.
 *
 * @param usedFiles files within it that placeholders name; files that git does not track are secrets of the
 * job, and stay out of the digest
 */
export async function hashFiles(
  path: string,
  usedFiles: ReadonlySet<string>,
  layers?: readonly Layer[],
): Promise<string> {
  const names = [...(await listRead(path, layers)), ...(await findTracked(path, usedFiles))].toSorted(
    compareByCodeUnit,
  );
  const digests = await Promise.all(names.map(async (name) => [name, sha256(await readContent(path, name))]));
  return sha256(JSON.stringify(digests));
}

/** Finds the files that git tracks; none outside of a work tree. */
async function findTracked(path: string, files: ReadonlySet<string>): Promise<string[]> {
  const found = files.size === 0 ? undefined : await openWorkTree(path);
  if (!found || !("tree" in found)) return [];
  const folder = await findFolder(found.tree, path);
  const paths = [...files].map((file) => folder + file);
  const answer = await runGit(found.tree, ["ls-files", "-z", "--full-name", "--", ...paths]);
  const tracked = new Set("out" in answer ? answer.out.split("\0") : []);
  return [...files].filter((file) => tracked.has(folder + file));
}

async function readContent(path: string, name: string): Promise<string> {
  const content = await readOwnText(path, name);
  if ("finding" in content) throw new OsacError("input", [content.finding]);
  return content.text.replaceAll("\r\n", "\n");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
