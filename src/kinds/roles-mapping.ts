import schema from "../../schemas/roles_mapping.schema.json" with { type: "json" };
import type { Body } from "../model/value.ts";
import { isNonEmptyList } from "../value/record.ts";
import type { Kind } from "./kind.ts";

const members: Body = { users: [], hosts: [], backend_roles: [], and_backend_roles: [] };

/**
 * Assigns a role to users, backend roles and hosts. The name of a mapping is that of the role, which must
 * exist.
 */
export const rolesMapping: Kind = {
  name: "rolesmapping",
  label: "role mapping",
  file: "roles_mapping.yml",
  path: "rolesmapping",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: members,
  needs: ["roles"],
  decides: ["permissions", "administration"],
  refusesMissing: {},
  versionOne: { fields: ["backendroles", "andBackendroles", "readonly"] },
  securityadmin: { withoutFile: "fails", neededNames: ["all_access", "kibana_server"] },
  chunk: { size: 100, isCostly: () => true },
  grants: {
    list: (body) => (Object.keys(members).some((field) => isNonEmptyList(body[field])) ? [""] : []),
    loss: "loses its last member",
  },
  references: (name) => [{ kind: "roles", name, pointer: "" }],
};
