import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { failure } from "../../errors.ts";
import { reasonOf } from "../read-file.ts";

/** It shows who changed what, so nobody else may read it. */
const ownerOnly = 0o600;

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
        const line = Buffer.from(`${JSON.stringify(entry)}\n`);
        const written = attempt(path, () => writeSync(file, line));
        if (written < line.length) throw unwritable(path, "there is no room left");
      }
      attempt(path, () => keep(file));
    },
    close: () => closeSync(file),
  };
}

/** A pipe or a terminal keeps nothing, and says so. */
function keep(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function open(path: string): number {
  return attempt(path, () => openSync(path, "a", ownerOnly));
}

function attempt<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw unwritable(path, reasonOf(error), error);
  }
}

function unwritable(path: string, reason: string, cause?: unknown): Error {
  return failure("input", "not-writable", `--audit-log ${path}: it cannot be written: ${reason}`, { cause });
}
