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
import { refuseLinkedPath } from "./atomic-file.ts";

/** The log shows all changes with their actors, so only the owner may read it. */
const ownerOnly = 0o600;

/** The limit in bytes for its first line. */
const lineMax = 2 ** 20;

/** A file that only grows: osac writes a line before it sends a change, and one with the result. */
export interface AuditLog {
  /** Appends entries, each completely or not at all, and flushes them to disk. Throws if that fails. */
  append(entries: readonly object[]): void;
  close(): void;
}

/**
 * Opens the file at once, so that a file that cannot be written ends the run before any change. Every call is
 * synchronous: a request is in the file before it is sent, and a decision before the next request.
 */
export function openAuditLog(path: string): AuditLog {
  const file = open(path);
  return {
    append: (entries) => {
      for (const entry of entries) {
        // One write at the end of the file keeps the lines of two runs apart.
        const line = Buffer.from(`${formatInertJson(entry)}\n`);
        const written = attempt(path, () => writeSync(file, line));
        if (written < line.length) throw unwritableError(path, "there is no room left");
      }
      attempt(path, () => syncToDisk(file));
    },
    close: () => closeSync(file),
  };
}

/** Flushes the file to disk. A pipe or a terminal refuses that, which is no error. */
function syncToDisk(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Formats JSON that has no meaning to a shell, because names come from files and clusters. */
function formatInertJson(entry: object): string {
  return JSON.stringify(entry).replaceAll("$", "\\u0024").replaceAll("`", "\\u0060");
}

/** Follows a link outside of git work trees. A file that replaces the link's target meanwhile is not followed. */
function open(path: string): number {
  refuseLinkedPath(path);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return attempt(path, () => {
    const target = existsSync(path) ? realpathSync(path) : path;
    const file = openSync(target, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, ownerOnly);
    if (!fstatSync(file).isFile() || isAuditLog(target)) return file;
    closeSync(file);
    throw foreignFileError(path);
  });
}

/** An empty file, such as one of `mktemp`, may become a log. */
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
