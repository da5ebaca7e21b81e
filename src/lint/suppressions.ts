import { codes, type FindingCode } from "../codes.ts";
import { makeFinding } from "../errors.ts";
import type { LineComment } from "../files/yaml/line-comments.ts";
import type { Finding } from "../model/finding.ts";
import { formatValue } from "../value/texts.ts";

/**
 * The findings that a comment may suppress: those about order and style. Never an error, and nothing that
 * opens a cluster, because the author of a pull request writes the comment.
 */
const suppressible: readonly FindingCode[] = [
  "blind-query",
  "equal-roles",
  "grants-nothing",
  "incomplete-permission",
  "misplaced-action",
  "no-effect",
  "own-index-for-everyone",
  "pattern-without-index",
  "shadowed-permission",
  "tenant-only-reads",
  "unknown-action",
  "unused-group",
  "unused-role",
  "variable-as-pattern",
  "write-without-bulk",
];

/**
 * Replaces suppressed findings by notices, one for each: a line may get more findings after its comment was reviewed. A comment without a known
 * code or a reason is a finding. With `isComplete`, so is one that suppresses nothing: only then all rules have
 * run.
 */
export function applySuppressions(
  findings: readonly Finding[],
  comments: readonly LineComment[],
  isComplete: boolean,
): Finding[] {
  const remarks: Finding[] = [];
  const hidden = new Set<Finding>();
  const byPlace = groupByPlace(comments.length === 0 ? [] : findings);
  for (const comment of comments) {
    const fault = findFault(comment);
    const found = (byPlace.get(makeKey(comment.at, comment.code)) ?? []).filter(isSuppressible);
    if (fault !== undefined) remarks.push(badFinding(comment, fault));
    else if (found.length > 0) for (const one of found) remarks.push(suppressedFinding(comment, one));
    else if (isComplete) remarks.push(unusedFinding(comment));
    if (fault === undefined) for (const one of found) hidden.add(one);
  }
  return [...findings.filter((finding) => !hidden.has(finding)), ...remarks];
}

/** A finding that becomes an error in a plan stays. */
function isSuppressible({ severity, refusedByServer, harmfulSince }: Finding): boolean {
  return severity !== "error" && refusedByServer === undefined && harmfulSince === undefined;
}

function groupByPlace(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.at === undefined) continue;
    const key = makeKey(finding.at, finding.code);
    if (!groups.get(key)?.push(finding)) groups.set(key, [finding]);
  }
  return groups;
}

function makeKey({ file, line }: LineComment["at"], code: string): string {
  return `${file}:${line} ${code}`;
}

function findFault({ code, reason }: LineComment): string | undefined {
  if (code === "") return "the comment names no finding";
  if (!Object.hasOwn(codes, code)) return `there is no finding ${formatValue(code)}`;
  if (!suppressible.some((one) => one === code)) return `no comment can suppress ${code}`;
  return reason === "" ? `the comment gives no reason to suppress ${code}` : undefined;
}

function badFinding({ at }: LineComment, message: string): Finding {
  const hint = `write # osac-disable-line CODE REASON, with one of ${suppressible.join(", ")}`;
  return makeFinding("bad-suppression", { message, hint, at });
}

function suppressedFinding({ at, code, reason }: LineComment, { message, kind, name }: Finding): Finding {
  return makeFinding("suppressed", {
    message: `${code} is suppressed: ${formatValue(reason)}`,
    hint: `without the comment: ${message}`,
    at,
    kind,
    name,
  });
}

function unusedFinding({ at, code }: LineComment): Finding {
  return makeFinding("unused-suppression", {
    message: `there is no ${code} to suppress on this line`,
    hint: "remove the comment",
    at,
  });
}
