import schema from "../../schemas/roles_mapping.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** Who gets which role. A mapping's name is the role's, which must exist. */
export const rolesMapping: Kind = {
  name: "rolesmapping",
  file: "roles_mapping.yml",
  path: "rolesmapping",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { users: [], hosts: [], backend_roles: [], and_backend_roles: [] },
  needs: ["roles"],
  chunk: { size: 100, isCostly: () => true },
  references: (name) => [{ kind: "roles", name, pointer: "" }],
};
