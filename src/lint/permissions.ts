import { makeLintFinding } from "../errors.ts";
import { builtInNames } from "../kinds/built-in.ts";
import type { Declared } from "../model/entity.ts";
import { findTexts, type TextAt } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Block, RoleRule } from "./role-blocks.ts";
import type { Rule, TextCheck } from "./rule.ts";

/**
 * Finds permissions that the Security API refuses. Some built-in roles have them, but no request writes those
 * roles.
 */
export const restAdminRoleRule: RoleRule = (role, { ofIndices, ofTenants }) =>
  restAdminFindings(role, [
    ...findTexts(role.body["cluster_permissions"], "/cluster_permissions", isRestAdmin),
    ...ofIndices.flatMap(findRestAdmin),
    ...ofTenants.flatMap(findRestAdmin),
  ]);

function findRestAdmin({ fields, pointer }: Block): TextAt[] {
  return findTexts(fields["allowed_actions"], `${pointer}/allowed_actions`, isRestAdmin);
}

/** Finds such permissions in action groups. */
export const restAdminGroupRule: Rule = (group) =>
  restAdminFindings(group, findTexts(group.body["allowed_actions"], "/allowed_actions", isRestAdmin));

function restAdminFindings({ kind, name }: Declared, [first]: readonly TextAt[]): LintFinding[] {
  return first === undefined || builtInNames(kind).has(name) ? [] : [restAdminFinding(first)];
}

function isRestAdmin(text: string): boolean {
  return text.startsWith("restapi:admin/");
}

/** The Security API can neither write nor delete a role or group with such a permission. */
function restAdminFinding({ pointer }: TextAt): LintFinding {
  return makeLintFinding("rest-admin-permission", {
    severity: "warning",
    pointer,
    message: `${formatPath(pointer)}: REST writes no role or action group that holds a permission of restapi:admin/`,
    hint: "upload it once with securityadmin, and keep it out of this directory",
    refusedByServer: true,
  });
}

/** Finds texts that are no permissions, and so permit nothing. */
export const badPermission: TextCheck = (text) => {
  const fault = findPermissionFault(text);
  if (fault === undefined) return undefined;
  return ({ pointer, shown }) =>
    makeLintFinding("bad-permission", {
      pointer,
      message: `${formatPath(pointer)}: ${shown} ${fault}, so it allows nothing`,
      hint: "correct the name of the action",
    });
};

function findPermissionFault(text: string): string | undefined {
  if (text.startsWith("/") && text.endsWith("/")) return undefined;
  if (/^\s|\s$/.test(text) && text.trim() !== "") return "has a blank at its end";
  if (/\s/.test(text.trim())) return "has a blank in it";
  if (text.startsWith("/") !== text.endsWith("/") && !text.includes(":"))
    return "has one slash of a regular expression";
  return undefined;
}
