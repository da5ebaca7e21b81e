import { makeLintFinding } from "../errors.ts";
import { isNonEmptyList } from "../value/record.ts";
import type { Value } from "../model/value.ts";
import { listTexts, findTexts } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Block, RoleRule } from "./role-blocks.ts";

const restrictions = ["dls", "fls", "masked_fields"] as const;

/** Finds parts of roles that the server accepts, and that have no effect. */
export const noEffectRule: RoleRule = ({ body }, { ofIndices, ofTenants }) => [
  ...ofIndices.flatMap(emptyBlockFindings),
  ...ofTenants.flatMap(emptyTenantFindings),
  ...beyondAllFindings(body["cluster_permissions"], "/cluster_permissions"),
  ...ofIndices.flatMap(({ fields, pointer }) =>
    beyondAllFindings(fields["allowed_actions"], `${pointer}/allowed_actions`),
  ),
  ...(ofIndices.length < 2
    ? []
    : restrictions.flatMap((field) => forgottenRestrictionFindings(field, ofIndices))),
];

/** Without actions, the restrictions of a block still count for callers that may read by another block. */
function emptyBlockFindings({ fields, pointer }: Block): LintFinding[] {
  if (!isNonEmptyList(fields["index_patterns"])) return [noEffectFinding(pointer, "index_patterns")];
  const isRestricting = restrictions.some((field) => isRestricted(fields[field]));
  return isNonEmptyList(fields["allowed_actions"]) || isRestricting
    ? []
    : [noEffectFinding(pointer, "allowed_actions")];
}

/** Tenant blocks without actions permit reading. */
function emptyTenantFindings({ fields, pointer }: Block): LintFinding[] {
  return isNonEmptyList(fields["tenant_patterns"]) ? [] : [noEffectFinding(pointer, "tenant_patterns")];
}

function noEffectFinding(pointer: string, field: string): LintFinding {
  return makeLintFinding("no-effect", {
    pointer,
    message: `${formatPath(pointer)} has no ${field}, so it allows nothing`,
    hint: `fill in ${field}, or remove the item`,
  });
}

/** Finds permissions that `*` includes. Permissions of `restapi:` and `system:` must be named beside it. */
function beyondAllFindings(list: Value | undefined, pointer: string): LintFinding[] {
  if (findTexts(list, pointer, (text) => text === "*").length === 0) return [];
  const [superfluous] = findTexts(
    list,
    pointer,
    (text) => text !== "*" && !/^(?:restapi|system):/.test(text),
  );
  if (superfluous === undefined) return [];
  const message = `${formatPath(superfluous.pointer)}: ${superfluous.shown} adds nothing to "*"`;
  const hint = 'remove "*" if less was meant, else the others';
  return [makeLintFinding("no-effect", { pointer: superfluous.pointer, message, hint })];
}

/**
 * From 3.0 on, if two blocks of a role restrict the same pattern, only the last one counts (seen on 3.4.0;
 * `AbstractRuleBasedPrivileges`).
 */
function forgottenRestrictionFindings(
  field: (typeof restrictions)[number],
  blocks: readonly Block[],
): LintFinding[] {
  const restricting = blocks.filter(({ fields }) => isRestricted(fields[field]));
  if (restricting.length < 2) return [];
  const last = new Map<string, Block>();
  for (const block of restricting) for (const pattern of listPatterns(block)) last.set(pattern, block);
  return restricting.flatMap((block) => {
    const pattern = listPatterns(block).find((one) => isOther(last.get(one)!, block, field));
    if (pattern === undefined) return [];
    const at = `${block.pointer}/${field}`;
    const later = `${last.get(pattern)!.pointer}/${field}`;
    const message = `${formatPath(at)} is forgotten from 3.0 on: of the same pattern, ${formatPath(later)} alone counts`;
    const hint = "join the two blocks, or put one into a role of its own";
    return [
      makeLintFinding("overridden-restriction", { pointer: at, message, hint, servers: { since: "3.0" } }),
    ];
  });
}

function isOther(last: Block, block: Block, field: string): boolean {
  return last !== block && JSON.stringify(last.fields[field]) !== JSON.stringify(block.fields[field]);
}

function listPatterns({ fields }: Block): string[] {
  return listTexts(fields["index_patterns"]);
}

function isRestricted(value: Value | undefined): boolean {
  return isNonEmptyList(value) || (typeof value === "string" && value.trim() !== "");
}
