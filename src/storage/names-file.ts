import { readFile } from "node:fs/promises";
import { OsacError, failure } from "../errors.ts";
import { explainWriteError, resolveTarget, writeAtomically } from "./atomic-file.ts";

/** The names are no secret, and belong into the repository of the files. */
const everybodyReads = 0o644;

/**
 * Writes the names of indices completely or not at all, and replaces only older names.
 *
 * @param name the name of the file in messages
 */
export async function writeNames(path: string, name: string, text: string): Promise<void> {
  try {
    const target = await resolveTarget(path);
    if (!holdsNames(await readFile(target, "utf8").catch(() => ""))) throw foreignFileError(name);
    await writeAtomically(target, text, everybodyReads);
  } catch (error) {
    if (error instanceof OsacError) throw error;
    const message = `--out ${name}: the names cannot be written: ${explainWriteError(error)}`;
    throw failure("input", "unwritable-file", message, { cause: error });
  }
}

/** An empty file, such as one of `mktemp`, may get names. */
function holdsNames(text: string): boolean {
  if (text === "") return true;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "indices" in value;
  } catch {
    return false;
  }
}

function foreignFileError(name: string): OsacError {
  const message = `--out ${name}: there is a file of that name that holds no names of indices, and it is left as it is`;
  return failure("input", "unwritable-file", message, { hint: "take another name, or delete the file" });
}
