import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Directory } from "../model/entity.ts";
import { formatPath } from "../value/path.ts";
import { formatValue, isOn, listTexts } from "../value/texts.ts";
import { covers } from "./pattern-cover.ts";
import { resolveList, type Resolved } from "./resolved-permissions.ts";
import type { Block, RoleRule } from "./role-blocks.ts";

const aliasing = "indices:admin/aliases";

/** What a caller can do with an index by an alias, and the action that decides. */
const powers: readonly (readonly [verb: string, action: string])[] = [
  ["read", "indices:data/read/search"],
  ["write to", "indices:data/write/index"],
  ["delete", "indices:admin/delete"],
];

interface Entry extends Resolved {
  readonly patterns: readonly string[];
}

/**
 * Finds roles that permit to put aliases on indices, and something else on other patterns: the server asks for
 * permissions on the index only, and a permission on an alias is one on its members (seen on 2.11.1, 2.19.4 and
 * 3.4.0).
 */
export const aliasTakeoverRule: RoleRule = ({ body }, { ofIndices }, directory) => {
  if (ofIndices.length < 2 || isOn(body["reserved"]) || isOn(body["static"])) return [];
  const entries = ofIndices.map((block) => readEntry(block, directory));
  return entries.flatMap((entry) => {
    const permission = entry.find(aliasing);
    const gained = permission ? findGained(entry, entries) : [];
    return gained.length === 0 ? [] : [takeoverFinding(permission!, gained)];
  });
};

function readEntry({ fields, pointer }: Block, directory: Directory): Entry {
  const resolved = resolveList(directory, fields, "allowed_actions", pointer);
  return { ...resolved, patterns: listTexts(fields["index_patterns"]) };
}

interface Gained {
  readonly verb: string;
  /** The pattern that an alias would have to match. */
  readonly pattern: string;
}

function findGained({ patterns }: Entry, entries: readonly Entry[]): Gained[] {
  return powers.flatMap(([verb, action]) => {
    const isHeld = patterns.every((one) => entries.some((other) => mayPermitOn(other, action, one)));
    const pattern = isHeld ? undefined : findAliasPattern(entries, action);
    return pattern === undefined ? [] : [{ verb, pattern }];
  });
}

function mayPermitOn({ mayPermit, patterns }: Entry, action: string, on: string): boolean {
  return (
    patterns.some((pattern) => pattern === "*" || pattern === on || covers(pattern, on)) && mayPermit(action)
  );
}

/** A name may be that of an index, which no alias can have. */
function findAliasPattern(entries: readonly Entry[], action: string): string | undefined {
  return entries
    .filter(({ find }) => find(action) !== undefined)
    .flatMap(({ patterns }) => patterns)
    .find((pattern) => /[*?]/.test(pattern) && !pattern.includes("${"));
}

function takeoverFinding(
  { pointer, text }: { readonly pointer: string; readonly text: string },
  gained: readonly Gained[],
): LintFinding {
  const verbs = gained.map(({ verb }) => verb).join(", ");
  return makeLintFinding("alias-takeover", {
    pointer,
    message: `${formatPath(pointer)}: ${formatValue(text)} permits to ${verbs} these indices by an alias that ${formatValue(gained[0]!.pattern)} matches`,
    hint: `remove ${aliasing} here, or permit on these indices what the role permits there`,
  });
}
