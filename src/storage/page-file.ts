import { readFile } from "node:fs/promises";
import { OsacError, failure } from "../errors.ts";
import { explainWriteError, resolveTarget, writePrivateFile } from "./atomic-file.ts";

/** Only pages of osac begin so. */
const start = /^<!doctype html>\n<html lang="en" data-by="osac access report">/;

/**
 * Writes the page of an access report completely or not at all.
 *
 * @param name the name of the file in messages
 */
export async function writePage(path: string, name: string, page: string): Promise<void> {
  try {
    const target = await resolveTarget(path);
    const old = await readFile(target, "utf8").catch(() => "");
    if (old !== "" && !start.test(old)) throw foreignFileError(name);
    await writePrivateFile(target, page);
  } catch (error) {
    if (error instanceof OsacError) throw error;
    const message = `--html ${name}: the page cannot be written: ${explainWriteError(error)}`;
    throw failure("input", "unwritable-file", message, { cause: error });
  }
}

function foreignFileError(name: string): OsacError {
  const message = `--html ${name}: there is a file of that name that is no page of osac, and it is left as it is`;
  return failure("input", "unwritable-file", message, { hint: "take another name, or delete the file" });
}
