import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { failure } from "../errors.ts";
import { explainReadError, readText } from "../files/read-file.ts";
import { compareByCodeUnit } from "../value/record.ts";

/** A file with JSON below a directory, or why it cannot be read. */
type JsonFile = {
  /** The path below the directory. */
  readonly file: string;
} & ({ readonly text: string } | { readonly why: string });

/** The most files of a directory of reports: one for each job of the largest matrix, with room. */
const filesMax = 10_000;

/** The most characters of all files together: read as JSON, they take several times as much memory. */
const charactersMax = 256 * 2 ** 20;

/**
 * Reads the JSON files below a directory, in the order of their paths.
 *
 * @param name the name of the directory in messages
 * @param most the most characters of all files together; files after them are not read
 */
export async function readJsonFiles(path: string, name: string, most = charactersMax): Promise<JsonFile[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw failure("input", "unreadable-directory", `${name} ${explainReadError(error)}`);
  });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .toSorted(compareByCodeUnit);
  if (files.length > filesMax)
    throw failure("input", "too-many-files", `${name} has ${files.length} JSON files`, {
      hint: "pass the directory of the reports alone",
    });
  const read: JsonFile[] = [];
  let room = most;
  // Reads one file after the other, because all at once could need more memory than the largest report.
  for (const file of files) {
    const content = room < 0 ? tooMuch : await readReport(path, file);
    if ("text" in content) room -= content.text.length;
    read.push({ file, ...content });
  }
  return read;
}

const tooMuch = { why: "was not read: the reports before it are too large together" };

/** One report that cannot be read hides no other. */
async function readReport(
  path: string,
  file: string,
): Promise<{ readonly text: string } | { readonly why: string }> {
  const content = await readText(path, file, "");
  return "text" in content ? content : { why: content.finding.message.trim() };
}
