import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
} from "node:fs";
import { OsacError, failure } from "../errors.ts";
import { explainReadError } from "../files/read-file.ts";

/** It shows who changed what, so nobody else may read it. */
const ownerOnly = 0o600;

/** The most bytes of its first line. */
const lineMax = 2 ** 20;

/** A file that only grows: a line before each change is sent, and one with what became of it. */
export interface AuditLog {
  /** Appends entries, each whole or not at all, and has the disk keep them; throws where that cannot be done. */
  append(entries: readonly object[]): void;
  close(): void;
}

/**
 * Opens the file at once, so that one that cannot be written ends the run before anything else is. Everything is
 * synchronous: what is sent is in the file before it goes out, and what was decided before the next request.
 */
export function openAuditLog(path: string): AuditLog {
  const file = open(path);
  return {
    append: (entries) => {
      for (const entry of entries) {
        // One write at the end of the file: lines of two runs never mix.
        const line = Buffer.from(`${formatInertJson(entry)}\n`);
        const written = attempt(path, () => writeSync(file, line));
        if (written < line.length) throw unwritableError(path, "there is no room left");
      }
      attempt(path, () => syncToDisk(file));
    },
    close: () => closeSync(file),
  };
}

/** A pipe or a terminal keeps nothing, and says so. */
function syncToDisk(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** JSON that means nothing to a shell: names come from files and clusters. */
function formatInertJson(entry: object): string {
  return JSON.stringify(entry).replaceAll("$", "\\u0024").replaceAll("`", "\\u0060");
}

/** A link that was named leads where its owner wants; what takes its place meanwhile is not followed. */
function open(path: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return attempt(path, () => {
    const target = existsSync(path) ? realpathSync(path) : path;
    const file = openSync(target, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, ownerOnly);
    if (!fstatSync(file).isFile() || isAuditLog(target)) return file;
    closeSync(file);
    throw foreignFileError(path);
  });
}

/** An empty file may become a log, as `mktemp` makes it. */
function isAuditLog(path: string): boolean {
  const [line = ""] = readBeginning(path).split("\n", 1);
  return line === "" ? statSync(path).size === 0 : isEntry(line);
}

function readBeginning(path: string): string {
  const [file, bytes] = [openSync(path, "r"), Buffer.alloc(lineMax)];
  try {
    return bytes.toString("utf8", 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function isEntry(line: string): boolean {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "planId" in entry && "action" in entry;
  } catch {
    return false;
  }
}

function foreignFileError(path: string): Error {
  const message = `--audit-log ${path}: there is a file of that name that is no audit log, and it is left as it is`;
  return failure("input", "unwritable-file", message, { hint: "take another name, or move the file away" });
}

function attempt<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (error instanceof OsacError) throw error;
    throw unwritableError(path, explainReadError(error), error);
  }
}

function unwritableError(path: string, reason: string, cause?: unknown): Error {
  return failure("input", "unwritable-file", `--audit-log ${path}: it cannot be written: ${reason}`, {
    cause,
  });
}
