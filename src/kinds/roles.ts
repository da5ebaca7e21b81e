import schema from "../../schemas/roles.schema.json" with { type: "json" };
import type { Body, Value } from "../model.ts";
import { isFields } from "./canonical.ts";
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
  needs: ["rolesmapping"],
  guardedBy: "cluster_permissions",
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
