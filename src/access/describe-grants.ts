import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { readTexts, type Documents } from "./documents.ts";
import { resolveIdentity } from "./principal.ts";
import { findGrants } from "./role-mapping.ts";

/**
 * Describes in one line the permissions of an entity and who has them; undefined if its kind gives none by
 * itself.
 */
export function describeGrants(documents: Documents, kind: KindName, name: string): string | undefined {
  const body = documents.get(kind)?.get(name);
  switch (kind) {
    case "internalusers":
      return describeUser(documents, name, body);
    case "rolesmapping":
      return describeMapping(name, body);
    case "roles":
      return describeRole(body);
    default:
      return undefined;
  }
}

function describeUser(documents: Documents, name: string, body: Body | undefined): string {
  const grants = findGrants(documents, resolveIdentity(documents, { name, backendRoles: [] }));
  const roles = new Set(grants.filter(({ certainty }) => certainty === "yes").map(({ role }) => role));
  const parts = [
    listText("has the role", [...roles]),
    listText("backend role", listShownTexts(body, "backend_roles")),
  ];
  return joinParts(parts, documents.has("rolesmapping") ? "has no role" : "has no role of its own");
}

function describeMapping(name: string, body: Body | undefined): string {
  const parts = [
    listText("user", listShownTexts(body, "users")),
    listText("backend role", listShownTexts(body, "backend_roles")),
    listText("callers with all of the backend role", listShownTexts(body, "and_backend_roles")),
    listText("host", listShownTexts(body, "hosts")),
  ];
  return `gives the role ${JSON.stringify(name)} to ${joinParts(parts, "nobody")}`;
}

function describeRole(body: Body | undefined): string {
  const permissions = body?.["index_permissions"];
  const indices = (Array.isArray(permissions) ? permissions : []).flatMap((one) => {
    const permission = one as Body;
    const actions = listText("", listShownTexts(permission, "allowed_actions")) || "nothing";
    return [
      `${actions} on ${listShownTexts(permission, "index_patterns").map(quote).join(", ") || "no index"}`,
    ];
  });
  const tenants = body?.["tenant_permissions"];
  const named = (Array.isArray(tenants) ? tenants : []).flatMap((one) =>
    listShownTexts(one as Body, "tenant_patterns"),
  );
  const parts = [
    listText("cluster permission", listShownTexts(body, "cluster_permissions")),
    ...indices,
    listText("tenant", named),
  ];
  return `gives ${joinParts(parts, "nothing")}`;
}

function listShownTexts(body: Body | undefined, field: string): string[] {
  return readTexts(body, field).map(({ shown }) => shown);
}

/** `roles "a", "b"`; empty where there are none. */
function listText(word: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const label = word === "" || names.length === 1 ? word : `${word}s`;
  return `${label} ${names.map(quote).join(", ")}`.trim();
}

/** Quotes names, so that a name cannot look like a word of the description. */
function quote(name: string): string {
  return JSON.stringify(name);
}

function joinParts(parts: readonly string[], none: string): string {
  return parts.filter((part) => part !== "").join("; ") || none;
}
