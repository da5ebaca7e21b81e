import { isError } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { entityPrefix, messageText } from "./findings-text.ts";
import { printable } from "./printable.ts";

/** The findings of one run. */
export interface JunitSuite {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** Why the run was not started; absent if it was. */
  readonly skipped?: string | undefined;
}

/** Formats findings as a JUnit report, which build servers show beside the tests of a run. Errors are failures. */
export function junitReport(suites: readonly JunitSuite[]): string {
  const all = suites.map(countSuite);
  const sum = (read: (counts: SuiteCounts) => number): number =>
    all.reduce((whole, counts) => whole + read(counts), 0);
  const total = {
    tests: sum(({ tests }) => tests),
    failures: sum(({ failures }) => failures),
    errors: 0,
    skipped: sum(({ skipped }) => skipped),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites${formatAttributes({ ...total })}>\n`,
    ...suites.map((suite, index) => formatSuite(suite, all[index]!)),
    "</testsuites>\n",
  ].join("");
}

interface SuiteCounts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

/** A suite without findings has one test, which passed or was skipped. */
function countSuite({ findings, skipped }: JunitSuite): SuiteCounts {
  const failures = findings.filter(isError).length;
  const isSkipped = skipped !== undefined && findings.length === 0;
  return { tests: Math.max(findings.length, 1), failures, errors: 0, skipped: isSkipped ? 1 : 0 };
}

function formatSuite({ name, findings, skipped }: JunitSuite, counts: SuiteCounts): string {
  const [what, content] =
    skipped === undefined
      ? ["no findings", ""]
      : ["not started", `<skipped${formatAttributes({ message: skipped })}/>`];
  const cases =
    findings.length === 0
      ? [formatCase(name, what, {}, content)]
      : findings.map((one) => findingCase(name, one));
  return `<testsuite${formatAttributes({ name, ...counts })}>\n${cases.join("")}</testsuite>\n`;
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
