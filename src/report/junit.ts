import type { Finding } from "../model/finding.ts";
import { entityPrefix, messageText } from "./findings-text.ts";
import { printable } from "./printable.ts";

/** Formats findings as a JUnit report, which build servers show beside the tests of a run. Errors are failures. */
export function junitReport(command: string | null, findings: readonly Finding[]): string {
  const suite = `osac ${command ?? ""}`.trim();
  const cases =
    findings.length === 0
      ? [formatCase(suite, "no findings")]
      : findings.map((one) => findingCase(suite, one));
  const failures = findings.filter(({ severity }) => severity === "error").length;
  const counts = { tests: cases.length, failures, errors: 0, skipped: 0 };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites${formatAttributes(counts)}>\n`,
    `<testsuite${formatAttributes({ name: suite, ...counts })}>\n`,
    ...cases,
    "</testsuite>\n</testsuites>\n",
  ].join("");
}

function findingCase(suite: string, finding: Finding): string {
  const { at, severity, code, message, hint } = finding;
  const file = at && printable(at.file);
  const place = at === undefined ? "" : `${file}:${at.line}:${at.column}: `;
  const text = `${entityPrefix(finding)}${messageText(message)}`;
  const details = escapeXml(`${place}${text}${hint === undefined ? "" : `\nhint: ${messageText(hint)}`}`);
  const content =
    severity === "error"
      ? `<failure${formatAttributes({ message: text, type: code })}>${details}</failure>`
      : `<system-out>${details}</system-out>`;
  return formatCase(file ?? suite, `${code}: ${text}`, { file, line: at?.line }, content);
}

function formatCase(
  classname: string,
  name: string,
  place: { readonly file?: string | undefined; readonly line?: number | undefined } = {},
  content = "",
): string {
  return `<testcase${formatAttributes({ classname, name, ...place })}>${content}</testcase>\n`;
}

function formatAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(String(value))}"`]))
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** Texts of findings are printable, so they have no control characters but line ends, which XML could not hold. */
function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"\n]/g, (one) => entities[one]!);
}
