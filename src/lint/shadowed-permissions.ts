import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Value } from "../model/value.ts";
import { formatPath } from "../value/path.ts";
import { isNonEmptyList } from "../value/record.ts";
import { listTexts } from "../value/texts.ts";
import { covers } from "./pattern-cover.ts";
import type { Block, RoleRule } from "./role-blocks.ts";

/** With more patterns and actions than these, comparing each with each takes long. */
const textsMax = 100;

interface Given {
  readonly pointer: string;
  readonly patterns: readonly string[];
  readonly actions: readonly string[];
}

/**
 * Finds blocks of index permissions that another block of the role includes. Blocks with restrictions are left
 * alone, because each of them counts.
 */
export const shadowedPermissionRule: RoleRule = (_, { ofIndices }) => {
  if (ofIndices.length < 2) return [];
  const given = ofIndices.filter(isPlain).map(readBlock);
  const count = given.reduce((sum, { patterns, actions }) => sum + patterns.length + actions.length, 0);
  if (count > textsMax) return [];
  return given.flatMap((block, index) => {
    const by = given.find((other, place) => place !== index && includes(other, block, place < index));
    return by === undefined ? [] : [shadowedFinding(block.pointer, by.pointer)];
  });
};

function isPlain({ fields }: Block): boolean {
  const isRestricted =
    isFilled(fields["dls"]) || isNonEmptyList(fields["fls"]) || isFilled(fields["masked_fields"]);
  return (
    !isRestricted && isNonEmptyList(fields["index_patterns"]) && isNonEmptyList(fields["allowed_actions"])
  );
}

function isFilled(value: Value | undefined): boolean {
  return isNonEmptyList(value) || (typeof value === "string" && value !== "");
}

function readBlock({ pointer, fields }: Block): Given {
  return {
    pointer,
    patterns: listTexts(fields["index_patterns"]),
    actions: listTexts(fields["allowed_actions"]),
  };
}

/** Of two blocks with the same permissions, only the second is superfluous. */
function includes(outer: Given, inner: Given, isEarlier: boolean): boolean {
  const isAll = (from: Given, to: Given): boolean =>
    to.patterns.every((text) => from.patterns.some((one) => covers(one, text))) &&
    to.actions.every((text) => from.actions.some((one) => covers(one, text)));
  return isAll(outer, inner) && (isEarlier || !isAll(inner, outer));
}

function shadowedFinding(pointer: string, by: string): LintFinding {
  return makeLintFinding("shadowed-permission", {
    pointer,
    message: `${formatPath(pointer)} adds nothing to ${formatPath(by)}`,
    hint: "remove it",
  });
}
