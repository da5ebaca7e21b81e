import schema from "../../schemas/internal_users.schema.json" with { type: "json" };
import type { Body, Value } from "../model.ts";
import { isFields } from "./canonical.ts";
import type { Kind, Reference } from "./kind.ts";

/** The users that the cluster itself authenticates. Refer to roles. */
export const internalUsers: Kind = {
  name: "internalusers",
  file: "internal_users.yml",
  path: "internalusers",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { description: "", backend_roles: [], opendistro_security_roles: [], attributes: {}, hash: "" },
  needs: ["roles", "rolesmapping"],
  login: { hash: "hash", password: "password", isMadeByServer: isServiceAccount },
  chunk: { size: 100, isCostly: (body) => roleNames(body).length > 0 },
  references: (_, body) =>
    roleNames(body).flatMap((name, index): Reference[] =>
      typeof name === "string"
        ? [{ kind: "roles", name, pointer: `/opendistro_security_roles/${index}` }]
        : [],
    ),
};

/** A service account gets its password from `POST …/authtoken`; the server reads the attribute so (`UserService`). */
function isServiceAccount({ attributes }: Body): boolean {
  const service = isFields(attributes) ? attributes["service"] : undefined;
  return typeof service !== "object" && String(service).toLowerCase() === "true";
}

function roleNames(body: Body): readonly Value[] {
  const names = body["opendistro_security_roles"];
  return Array.isArray(names) ? names : [];
}
