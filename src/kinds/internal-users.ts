import schema from "../../schemas/internal_users.schema.json" with { type: "json" };
import type { Body, Value } from "../model/value.ts";
import { isRecord } from "../value/record.ts";
import type { Kind, Reference } from "./kind.ts";

/** The users that the cluster itself authenticates. They refer to roles. */
export const internalUsers: Kind = {
  name: "internalusers",
  label: "user",
  file: "internal_users.yml",
  path: "internalusers",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { description: "", backend_roles: [], opendistro_security_roles: [], attributes: {}, hash: "" },
  needs: ["roles", "rolesmapping"],
  decides: ["permissions", "administration"],
  refusesMissing: { since: "2.12" },
  versionOne: { fields: ["roles", "readonly", "username", "password_hash"] },
  securityadmin: { withoutFile: "fails", neededNames: ["admin", "kibanaserver"] },
  login: { hash: "hash", password: "password", isMadeByServer: isServiceAccount },
  chunk: { size: 100, isCostly: (body) => listRoleNames(body).length > 0 },
  references: (_, body) =>
    listRoleNames(body).flatMap((name, index): Reference[] =>
      typeof name === "string"
        ? [{ kind: "roles", name, pointer: `/opendistro_security_roles/${index}` }]
        : [],
    ),
};

/** A service account gets its password from `POST …/authtoken`; the server reads the attribute so (`UserService`). */
function isServiceAccount({ attributes }: Body): boolean {
  const service = isRecord(attributes) ? attributes["service"] : undefined;
  return typeof service !== "object" && String(service).toLowerCase() === "true";
}

function listRoleNames(body: Body): readonly Value[] {
  const names = body["opendistro_security_roles"];
  return Array.isArray(names) ? names : [];
}
