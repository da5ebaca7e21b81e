import { readFile } from "node:fs/promises";
import { OsacError, failure } from "../errors.ts";
import { resolveTarget, explainWriteError, writeAtomically } from "./atomic-file.ts";

/** Whoever collects metrics is another user, and they name no entity. */
const everybodyReads = 0o644;

/** What the last run wrote, or undefined where there is nothing that could be read. */
export async function readMetrics(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Writes metrics, whole or not at all: what collects them may look at any moment. */
export async function writeMetrics(path: string, text: string): Promise<void> {
  try {
    const target = await resolveTarget(path);
    if (!/^(?:$|# HELP osac_)/.test((await readMetrics(target)) ?? "")) throw foreignFileError(path);
    await writeAtomically(target, text, everybodyReads);
  } catch (error) {
    if (error instanceof OsacError) throw error;
    const message = `--metrics ${path}: the metrics cannot be written: ${explainWriteError(error)}`;
    throw failure("input", "unwritable-file", message, { cause: error });
  }
}

function foreignFileError(path: string): OsacError {
  const message = `--metrics ${path}: there is a file of that name that holds no metrics of osac, and it is left as it is`;
  return failure("input", "unwritable-file", message, { hint: "take another name, or delete the file" });
}
