import { readFile } from "node:fs/promises";
import { OsacError, failure } from "../errors.ts";
import { resolveTarget, explainWriteError, writeAtomically } from "./atomic-file.ts";

/** Another user collects the metrics. They contain no names of entities. */
const everybodyReads = 0o644;

/** Reads the metrics of the last run; undefined if they cannot be read. */
export async function readMetrics(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Writes metrics completely or not at all, because the collector may read them at any moment. */
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
