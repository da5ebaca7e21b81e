import { makeLintFinding } from "../errors.ts";
import type { Value } from "../model/value.ts";
import { formatPath } from "../value/path.ts";
import { toStoredText } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";

/** The longest text that 3.8 accepts anywhere in a written entity, and the default limit of later servers. */
const longest = 256;
const longestLater = 4096;

/**
 * Finds texts that are too long. Only servers from 3.8 on limit the length, for all texts of a written
 * entity.
 */
export function longText(value: Value, pointer: string): LintFinding[] {
  return isLong(value) ? lengthFindings(pointer, toStoredText(value)!.length) : [];
}

export function isLong(value: Value): boolean {
  return (toStoredText(value)?.length ?? 0) > longest;
}

function lengthFindings(pointer: string, length: number): LintFinding[] {
  const has = `${formatPath(pointer)} is too long`;
  const on38: LintFinding = makeLintFinding("long-text", {
    severity: "notice",
    pointer,
    message: `${has}: server 3.8 accepts at most ${longest} characters`,
    hint: `shorten it; 3.9 takes ${longestLater}, or as many as plugins.security.restapi.max_string_length says`,
    refusedByServer: true,
    servers: { since: "3.8", until: "3.9" },
  });
  if (length <= longestLater) return [on38];
  const later: LintFinding = makeLintFinding("long-text", {
    severity: "warning",
    pointer,
    message: `${has}: servers since 3.9 accept ${longestLater} characters by default`,
    hint: "shorten it, or raise plugins.security.restapi.max_string_length in opensearch.yml",
    servers: { since: "3.9" },
  });
  return [on38, later];
}
