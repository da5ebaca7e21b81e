import schema from "../../schemas/internal_users.schema.json" with { type: "json" };
import type { Kind, Reference } from "./kind.ts";

/** The users that the cluster itself authenticates. Refer to roles. */
export const internalUsers: Kind = {
  name: "internalusers",
  file: "internal_users.yml",
  path: "internalusers",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: {},
  needs: ["roles", "rolesmapping"],
  login: { hash: "hash", password: "password" },
  chunkSize: 100,
  references: (_, body) => {
    const names = body["opendistro_security_roles"];
    if (!Array.isArray(names)) return [];
    return names.flatMap((name, index): Reference[] =>
      typeof name === "string" ? [{ kind: "roles", name, pointer: `/opendistro_security_roles/${index}` }] : [],
    );
  },
};
