import { makeLintFinding } from "../errors.ts";
import { builtInNames } from "../kinds/built-in.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { listMaps, findTexts, type TextAt } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule, TextCheck } from "./rule.ts";

/** Permissions that REST refuses. The server's own roles have some, and nobody writes them. */
export const restAdminRule: Rule = ({ kind, name, body }) => {
  const [first] = findPermissions(kind, body, isRestAdmin);
  return first === undefined || builtInNames(kind).has(name) ? [] : [restAdminFinding(first)];
};

function isRestAdmin(text: string): boolean {
  return text.startsWith("restapi:admin/");
}

/** A role or group that holds such a permission can be neither written nor deleted through REST. */
function restAdminFinding({ pointer }: TextAt): LintFinding {
  return makeLintFinding("rest-admin-permission", {
    severity: "warning",
    pointer,
    message: `${formatPath(pointer)}: REST writes no role or action group that holds a permission of restapi:admin/`,
    hint: "upload it once with securityadmin, and keep it out of this directory",
    refusedByServer: true,
  });
}

/** Texts that can be no permission and so allow nothing. */
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

/** The permissions that are looked for, wherever roles and action groups list them. */
function findPermissions(kind: KindName, body: Body, isWanted: (text: string) => boolean): TextAt[] {
  if (kind === "actiongroups") return findTexts(body["allowed_actions"], "/allowed_actions", isWanted);
  if (kind !== "roles") return [];
  const lists = ["index_permissions", "tenant_permissions"].flatMap((field) =>
    listMaps(body[field], `/${field}`),
  );
  return [
    ...findTexts(body["cluster_permissions"], "/cluster_permissions", isWanted),
    ...lists.flatMap(({ fields, pointer }) =>
      findTexts(fields["allowed_actions"], `${pointer}/allowed_actions`, isWanted),
    ),
  ];
}
