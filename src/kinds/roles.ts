import schema from "../../schemas/roles.schema.json" with { type: "json" };
import type { Body, Value } from "../model.ts";
import { isFields, isFilled } from "./canonical.ts";
import { groupReferences } from "./group-references.ts";
import type { Kind, Reference } from "./kind.ts";

/** What somebody may do. Refer to action groups. */
export const roles: Kind = {
  name: "roles",
  file: "roles.yml",
  path: "roles",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { cluster_permissions: [], index_permissions: [], tenant_permissions: [], description: "" },
  needs: ["actiongroups", "rolesmapping"],
  guardedBy: "cluster_permissions",
  powers: { of: (body) => (isPermitting(body) ? [""] : []), loss: "loses its last permission" },
  references: (_, body) => [
    ...groupReferences(body["cluster_permissions"], "/cluster_permissions"),
    ...actionsOf(body, "index_permissions"),
    ...actionsOf(body, "tenant_permissions"),
  ],
};

function actionsOf(body: Body, field: string): Reference[] {
  const permissions: Value | undefined = body[field];
  if (!Array.isArray(permissions)) return [];
  return permissions.flatMap((permission, index) =>
    isFields(permission)
      ? groupReferences(permission["allowed_actions"], `/${field}/${index}/allowed_actions`)
      : [],
  );
}

/** Whether the role lets anybody do anything: actions on nothing are none, and nor is nothing to be done on indices. */
function isPermitting(body: Body): boolean {
  return (
    isFilled(body["cluster_permissions"]) ||
    isPermittingOn(body["index_permissions"], "index_patterns") ||
    isPermittingOn(body["tenant_permissions"], "tenant_patterns")
  );
}

function isPermittingOn(permissions: Value | undefined, patterns: string): boolean {
  return (
    Array.isArray(permissions) &&
    permissions.some((one) => isFields(one) && isFilled(one[patterns]) && isFilled(one["allowed_actions"]))
  );
}
