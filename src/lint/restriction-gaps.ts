import { matches } from "../access/match-pattern.ts";
import { readQuery } from "../access/effective/queries.ts";
import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import { isNonEmptyList } from "../value/record.ts";
import { formatPath } from "../value/path.ts";
import { findTexts, formatValue, listTexts, toStoredText } from "../value/texts.ts";
import { Secret } from "../secrets/secret.ts";
import { isPattern } from "./java-regex/java-regex.ts";
import type { Block, RoleRule } from "./role-blocks.ts";

/** Finds restrictions that show more or less than they seem to. */
export const restrictionGapRule: RoleRule = (_, { ofIndices }) =>
  ofIndices.flatMap((block) => [...loosePatternFindings(block), ...blindQueryFindings(block)]);

/**
 * Before 3.0, the server keeps the restriction of such a pattern under the text of the pattern, and uses
 * another restriction that fits an index instead (seen on 2.11.1 and 2.19.4).
 */
function loosePatternFindings({ fields, pointer }: Block): LintFinding[] {
  const isRestricting =
    isNonEmptyList(fields["fls"]) || isNonEmptyList(fields["masked_fields"]) || isFilled(fields["dls"]);
  if (!isRestricting) return [];
  return findTexts(
    fields["index_patterns"],
    `${pointer}/index_patterns`,
    (text) => text.includes("?") || isPattern(text),
  ).map((at) =>
    makeLintFinding("loose-restriction", {
      pointer: at.pointer,
      message: `${formatPath(at.pointer)}: before 3.0 another role can lift a restriction of ${at.shown}`,
      hint: "write patterns with * only",
      servers: { until: "3.0" },
    }),
  );
}

/** A query runs on what the caller sees, so it finds nothing by a hidden or masked field. */
function blindQueryFindings({ fields, pointer }: Block): LintFinding[] {
  const { dls } = fields;
  const query = dls instanceof Secret ? undefined : toStoredText(dls);
  if (query === undefined || (!isNonEmptyList(fields["fls"]) && !isNonEmptyList(fields["masked_fields"])))
    return [];
  const field = readQuery(query).field?.replace(/\.keyword$/, "");
  if (field === undefined || !isUnseen(field, listTexts(fields["fls"]), listTexts(fields["masked_fields"])))
    return [];
  return [
    makeLintFinding("blind-query", {
      pointer: `${pointer}/dls`,
      message: `${formatPath(`${pointer}/dls`)} finds nothing, because the role does not see the field ${formatValue(field)} as it is`,
      hint: "show the field in fls, and do not mask it",
    }),
  ];
}

function isUnseen(field: string, fls: readonly string[], masked: readonly string[]): boolean {
  const prefixes = listPrefixes(field);
  const hits = (pattern: string): boolean => prefixes.some((path) => matches(pattern, path) !== "no");
  const excluded = fls.filter(isExclusion);
  const isHidden =
    excluded.length > 0 ? excluded.some((text) => hits(text.slice(1))) : fls.length > 0 && !fls.some(hits);
  return isHidden || masked.some((text) => matches(text.split("::")[0]!, field) === "yes");
}

function isExclusion(text: string): boolean {
  return /^[~!]/.test(text);
}

/** `a`, `a.b` and `a.b.c` for the last of them. */
function listPrefixes(field: string): string[] {
  const parts = field.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}

function isFilled(dls: unknown): boolean {
  return typeof dls === "string" && dls.trim() !== "";
}
