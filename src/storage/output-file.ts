import { readFile } from "node:fs/promises";
import { OsacError, failure } from "../errors.ts";
import { explainWriteError, resolveTarget, writeAtomically } from "./atomic-file.ts";

/** A file that each run writes anew. osac replaces only its own. */
interface OutputFile {
  readonly flag: string;
  readonly content: string;
  /** What another file of that name is not. */
  readonly foreign: string;
  readonly isOwn: (text: string) => boolean;
  readonly mode: number;
}

/** The page shows the permissions of a cluster, so only the owner may read it. */
const page: OutputFile = {
  flag: "--html",
  content: "the page",
  foreign: "is no page of osac",
  isOwn: (text) => text.startsWith('<!doctype html>\n<html lang="en" data-by="osac access report">'),
  mode: 0o600,
};

/** Another user collects the metrics. They contain no names of entities. */
const metrics: OutputFile = {
  flag: "--metrics",
  content: "the metrics",
  foreign: "holds no metrics of osac",
  isOwn: (text) => text.startsWith("# HELP osac_"),
  mode: 0o644,
};

/** The names of indices are no secret, and belong into the repository of the files. */
const names: OutputFile = {
  flag: "--out",
  content: "the names",
  foreign: "holds no names of indices",
  isOwn: holdsNames,
  mode: 0o644,
};

/**
 * Writes the page of an access report completely or not at all.
 *
 * @param name the name of the file in messages
 */
export async function writePage(path: string, name: string, text: string): Promise<void> {
  await writeOutput(page, path, name, text);
}

/** Writes metrics completely or not at all, because the collector may read them at any moment. */
export async function writeMetrics(path: string, text: string): Promise<void> {
  await writeOutput(metrics, path, path, text);
}

/**
 * Writes the names of indices completely or not at all.
 *
 * @param name the name of the file in messages
 */
export async function writeNames(path: string, name: string, text: string): Promise<void> {
  await writeOutput(names, path, name, text);
}

/** Reads the metrics of the last run; undefined if they cannot be read. */
export async function readMetrics(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function writeOutput(
  { flag, content, foreign, isOwn, mode }: OutputFile,
  path: string,
  name: string,
  text: string,
): Promise<void> {
  try {
    const target = await resolveTarget(path);
    const old = await readFile(target, "utf8").catch(() => "");
    if (old !== "" && !isOwn(old)) {
      const message = `${flag} ${name}: there is a file of that name that ${foreign}, and it is left as it is`;
      throw failure("input", "unwritable-file", message, { hint: "take another name, or delete the file" });
    }
    await writeAtomically(target, text, mode);
  } catch (error) {
    if (error instanceof OsacError) throw error;
    const message = `${flag} ${name}: ${content} cannot be written: ${explainWriteError(error)}`;
    throw failure("input", "unwritable-file", message, { cause: error });
  }
}

function holdsNames(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "indices" in value;
  } catch {
    return false;
  }
}
