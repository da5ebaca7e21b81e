import type { Finding } from "../model/finding.ts";
import { entityPrefix, messageText } from "./findings-text.ts";

/** A finding, or the result of a run of the Action. */
export interface Annotation extends Omit<Finding, "code"> {
  readonly code: string;
}

/** Formats findings as workflow commands, which GitHub shows beside the lines of a pull request. */
export function annotations(findings: readonly Annotation[]): string {
  return findings.map(annotation).join("");
}

function annotation(finding: Annotation): string {
  const { at, severity, code, message, hint } = finding;
  const place = at && { file: at.file, line: String(at.line), col: String(at.column) };
  const properties = Object.entries({ ...place, title: code }).map(
    ([key, value]) => `${key}=${escapeProperty(value)}`,
  );
  const advice = hint === undefined ? "" : `\nhint: ${messageText(hint)}`;
  const text = `${entityPrefix(finding)}${messageText(message)}${advice}`;
  return `::${severity} ${properties.join(",")}::${escapeData(text)}\n`;
}

/** Escapes as the runner decodes (actions/toolkit, packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
