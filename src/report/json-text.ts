import { redactQuotations } from "../secrets/redact.ts";
import type { Finding } from "../model/finding.ts";
import type { TargetRun } from "../model/target-run.ts";
import { countFindings, sortFindings } from "./findings-text.ts";

/** Version of every JSON document. It grows when a field changes its meaning or is removed. */
export const documentVersion = 1;

/** Fields with texts for people, which may quote other texts. */
const prose = new Set(["message", "hint", "reason", "grants"]);

/** What a terminal may obey or hide: JSON itself escapes only the characters before the blank. */
const unsafe = /(?![ \n])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Formats a document as JSON, one line a field, so that people can read it as well. Invisible characters are
 * escapes: the same texts for programs, and no name can move the cursor of a terminal.
 */
export function jsonText(document: object): string {
  return `${JSON.stringify(document, hideInProse, 2).replace(unsafe, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

function hideInProse(field: string, value: unknown): unknown {
  return typeof value === "string" && prose.has(field) ? redactQuotations(value) : value;
}

/** The document of a run that could not continue. */
export interface FailureDocument {
  readonly version: number;
  readonly command: string | null;
  readonly exitCode: number;
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** The target of the run, if it was about one of several. */
  readonly target?: TargetRun | undefined;
}

/** Makes the document of a run that could not continue. */
export function failureDocument(
  command: string | undefined,
  exitCode: number,
  findings: readonly Finding[],
): FailureDocument {
  return {
    version: documentVersion,
    command: command ?? null,
    exitCode,
    summary: { ...countFindings(findings) },
    findings: sortFindings(findings),
  };
}
