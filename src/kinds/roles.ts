import schema from "../../schemas/roles.schema.json" with { type: "json" };
import type { Body, Value } from "../model/value.ts";
import { isRecord, isNonEmptyList } from "../value/record.ts";
import { findGroupReferences } from "./group-references.ts";
import type { Kind } from "./kind.ts";
import { listMaps } from "../value/texts.ts";

/** Permissions on the cluster, indices and tenants. They refer to action groups. */
export const roles: Kind = {
  name: "roles",
  label: "role",
  file: "roles.yml",
  path: "roles",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { cluster_permissions: [], index_permissions: [], tenant_permissions: [], description: "" },
  needs: ["actiongroups", "rolesmapping"],
  decides: ["permissions", "administration"],
  versionOne: { fields: ["cluster", "indices", "readonly"] },
  securityadmin: { withoutFile: "fails" },
  restAdminField: "cluster_permissions",
  grants: { list: (body) => (isPermitting(body) ? [""] : []), loss: "loses its last permission" },
  references: (_, body) => [
    ...findGroupReferences(body["cluster_permissions"], "/cluster_permissions"),
    ...["index_permissions", "tenant_permissions"]
      .flatMap((field) => listMaps(body[field], `/${field}`))
      .flatMap(({ fields, pointer }) =>
        findGroupReferences(fields["allowed_actions"], `${pointer}/allowed_actions`),
      ),
  ],
};

/**
 * True if the role permits anything: actions on no index permit nothing, and indices without actions neither.
 */
function isPermitting(body: Body): boolean {
  return (
    isNonEmptyList(body["cluster_permissions"]) ||
    isPermittingOn(body["index_permissions"], "index_patterns") ||
    isPermittingOn(body["tenant_permissions"], "tenant_patterns")
  );
}

function isPermittingOn(permissions: Value | undefined, patterns: string): boolean {
  return (
    Array.isArray(permissions) &&
    permissions.some(
      (one) => isRecord(one) && isNonEmptyList(one[patterns]) && isNonEmptyList(one["allowed_actions"]),
    )
  );
}
