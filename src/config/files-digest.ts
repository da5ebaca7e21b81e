import { createHash } from "node:crypto";
import { OsacError } from "../errors.ts";
import { byCodeUnit } from "../kinds/canonical.ts";
import { listFiles } from "./list-files.ts";
import { readOwnText } from "./read-file.ts";

/**
 * SHA-256 of the files of a directory that are read: of their names and contents, and of nothing else. It is the same
 * in every clone, whatever the commit and the line ends are.
 */
export async function filesDigest(path: string): Promise<string> {
  const names = [...(await listFiles(path)).files.values()].flat().toSorted(byCodeUnit);
  const digests = await Promise.all(names.map(async (name) => [name, sha256(await contentOf(path, name))]));
  return sha256(JSON.stringify(digests));
}

async function contentOf(path: string, name: string): Promise<string> {
  const content = await readOwnText(path, name);
  if ("finding" in content) throw new OsacError("input", [content.finding]);
  return content.text.replaceAll("\r\n", "\n");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
