import { builtInNames } from "../../kinds/built-in.ts";
import type { Body, KindName } from "../../model.ts";
import { mapsOf, spoken, textsOf, type Text } from "../pointer.ts";
import type { Remark, Rule, TextCheck } from "./remark.ts";

/** Permissions that REST refuses. The server's own roles have some, and nobody writes them. */
export const restAdminRule: Rule = ({ kind, name, body }) => {
  const [first] = findPermissions(kind, body, isRestAdmin);
  return first === undefined || builtInNames(kind).has(name) ? [] : [restAdmin(first)];
};

function isRestAdmin(text: string): boolean {
  return text.startsWith("restapi:admin/");
}

/** A role or group that holds such a permission can be neither written nor deleted through REST. */
function restAdmin({ pointer }: Text): Remark {
  return {
    code: "rest-admin-permission",
    severity: "warning",
    pointer,
    message: `${spoken(pointer)}: REST writes no role or action group that holds a permission of restapi:admin/`,
    hint: "upload it once with securityadmin, and keep it out of this directory",
    refusedByServer: true,
  };
}

/** Texts that can be no permission and so allow nothing. */
export const badPermission: TextCheck = (text) => {
  const fault = faultOf(text);
  if (fault === undefined) return undefined;
  return ({ pointer, shown }) => ({
    code: "bad-permission",
    severity: "warning",
    pointer,
    message: `${spoken(pointer)}: ${shown} ${fault}, so it allows nothing`,
    hint: "correct the name of the action",
  });
};

function faultOf(text: string): string | undefined {
  if (text.startsWith("/") && text.endsWith("/")) return undefined;
  if (/^\s|\s$/.test(text) && text.trim() !== "") return "has a blank at its end";
  if (/\s/.test(text.trim())) return "has a blank in it";
  if (text.startsWith("/") !== text.endsWith("/") && !text.includes(":"))
    return "has one slash of a regular expression";
  return undefined;
}

/** The permissions that are looked for, wherever roles and action groups list them. */
function findPermissions(kind: KindName, body: Body, isWanted: (text: string) => boolean): Text[] {
  if (kind === "actiongroups") return textsOf(body["allowed_actions"], "/allowed_actions", isWanted);
  if (kind !== "roles") return [];
  const lists = ["index_permissions", "tenant_permissions"].flatMap((field) =>
    mapsOf(body[field], `/${field}`),
  );
  return [
    ...textsOf(body["cluster_permissions"], "/cluster_permissions", isWanted),
    ...lists.flatMap(({ fields, pointer }) =>
      textsOf(fields["allowed_actions"], `${pointer}/allowed_actions`, isWanted),
    ),
  ];
}
