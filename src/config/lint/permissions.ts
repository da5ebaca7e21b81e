import { builtInNames } from "../../kinds/built-in.ts";
import type { Body, KindName } from "../../model.ts";
import { mapsOf, spoken, textsOf, type Text } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/** Permissions that REST refuses, and texts that can be no permission and so allow nothing. */
export const permissionRule: Rule = ({ kind, name, body }) => {
  const found = findPermissions(kind, body, (text) => isRestAdmin(text) || faultOf(text) !== undefined);
  const faults = found.filter(({ text }) => faultOf(text) !== undefined).map(fault);
  // The server's own roles have such permissions, and nobody writes them.
  const first = found.find(({ text }) => isRestAdmin(text));
  return first === undefined || builtInNames(kind).has(name) ? faults : [restAdmin(first), ...faults];
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

function fault({ text, pointer, shown }: Text): Remark {
  const message = `${spoken(pointer)}: ${shown} ${faultOf(text)}, so it allows nothing`;
  const hint = "correct the name of the action";
  return { code: "bad-permission", severity: "warning", pointer, message, hint };
}

function faultOf(text: string): string | undefined {
  if (text.startsWith("/") && text.endsWith("/")) return undefined;
  if (/^\s|\s$/.test(text) && text.trim() !== "") return "has a blank at its end";
  if (/\s/.test(text.trim())) return "has a blank in it";
  if (text.startsWith("/") !== text.endsWith("/") && !text.includes(":"))
    return "has one slash of a regular expression";
  return undefined;
}

/** The permissions that are looked for, wherever roles and action groups list them. */
export function findPermissions(kind: KindName, body: Body, isWanted: (text: string) => boolean): Text[] {
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
