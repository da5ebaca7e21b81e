import type { KindName } from "../../model/kind-name.ts";
import type { JsonObject } from "../../model/value.ts";

/** Roles of OpenSearch that a domain lacks. */
const missingRoles = [
  "observability_full_access",
  "observability_read_access",
  "reports_read_access",
  "reports_full_access",
];

/** Roles that the service adds. What they permit is not documented. */
const addedRoles: JsonObject = {
  security_manager: { reserved: true, cluster_permissions: ["cluster:admin/opendistro_security/*"] },
  ultrawarm_manager: { reserved: true, cluster_permissions: ["cluster:admin/ultrawarm/*"] },
  cold_manager: { reserved: true, cluster_permissions: ["cluster:admin/ultrawarm/*"] },
};

/**
 * Turns the content of a fresh node into that of a domain whose master is a role of IAM. The master is a
 * member of two mappings, which are not reserved.
 */
export function fillDomain(kind: KindName, stored: JsonObject, masterArn: string): JsonObject {
  if (kind === "roles")
    return {
      ...Object.fromEntries(Object.entries(stored).filter(([name]) => !missingRoles.includes(name))),
      ...addedRoles,
    };
  if (kind === "internalusers") return {};
  if (kind !== "rolesmapping") return stored;
  const master = { reserved: false, backend_roles: [masterArn], hosts: [], users: [] };
  return { all_access: master, security_manager: master };
}
