import { redactQuotations } from "../secrets/redact.ts";
import type { Finding } from "../model/finding.ts";
import { countFindings, sortFindings } from "./findings-text.ts";

/** Version of every JSON document that osac prints. It grows when a field changes its meaning or goes away. */
export const documentVersion = 1;

/** Fields whose texts are words for people, and may quote others. */
const prose = new Set(["message", "hint", "reason", "grants"]);

/** A document as text; documents are one line a field, for people who read them as well. */
export function jsonText(document: object): string {
  return `${JSON.stringify(document, hideInProse, 2)}\n`;
}

function hideInProse(field: string, value: unknown): unknown {
  return typeof value === "string" && prose.has(field) ? redactQuotations(value) : value;
}

/** The document of a run that found out nothing but why it cannot go on. */
export interface FailureDocument {
  readonly version: number;
  readonly command: string | null;
  readonly exitCode: number;
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Why a run cannot go on, as a document. */
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
