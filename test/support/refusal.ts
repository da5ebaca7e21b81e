import { OsacError } from "../../src/errors.ts";
import type { Finding } from "../../src/model/finding.ts";

/** Runs what osac must refuse, and lists each error with its code, place, message and hint. */
export async function listErrors(run: () => unknown): Promise<string[]> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    return error.findings.map(formatFinding);
  }
  throw new Error("it was not refused");
}

/** Formats a finding on one line, for a test to compare. */
export function formatFinding({ code, at, message, hint }: Finding): string {
  const place = at ? `${at.file}:${at.line}:${at.column}: ` : "";
  return `[${code}] ${place}${message}${hint === undefined ? "" : ` | ${hint}`}`;
}
