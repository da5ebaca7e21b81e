import { closeSync, openSync, writeSync } from "node:fs";
import { failure } from "../../errors.ts";
import { reasonOf } from "../read-file.ts";

/** It shows who changed what, so nobody else may read it. */
const ownerOnly = 0o600;

/** A file that only grows: a line for each change. */
export interface AuditLog {
  /** Appends one entry, whole or not at all; throws where that cannot be done. */
  append(entry: object): void;
  close(): void;
}

/**
 * Opens the file at once, so that one that cannot be written ends the run before anything else is. Everything is
 * synchronous: what was decided is in the file before the next request is sent.
 */
export function openAuditLog(path: string): AuditLog {
  const file = open(path);
  return {
    append: (entry) => {
      // One write at the end of the file: lines of two runs never mix.
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      const written = attempt(path, () => writeSync(file, line));
      if (written < line.length) throw unwritable(path, "there is no room left");
    },
    close: () => closeSync(file),
  };
}

function open(path: string): number {
  return attempt(path, () => openSync(path, "a", ownerOnly));
}

function attempt(path: string, write: () => number): number {
  try {
    return write();
  } catch (error) {
    throw unwritable(path, reasonOf(error), error);
  }
}

function unwritable(path: string, reason: string, cause?: unknown): Error {
  return failure("input", "not-writable", `--audit-log ${path}: it cannot be written: ${reason}`, { cause });
}
