import type { Json, KindName } from "../model.ts";
import { isObject, type Entities } from "./documents.ts";
import type { JsonObject } from "./patch.ts";
import type { Quirks } from "./quirks.ts";

/**
 * What in a document the server stores but cannot load, from then on refusing every write; undefined where there is
 * nothing of the kind.
 */
export function poisonOf(kind: KindName, entities: Entities, quirks: Quirks): string | undefined {
  const check = checks[kind];
  if (!check) return undefined;
  for (const [name, entity] of entities) {
    const problem = check(entity, quirks);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

const checks: { readonly [Kind in KindName]?: (entity: JsonObject, quirks: Quirks) => string | undefined } = {
  rolesmapping: (mapping) => brokenPattern([mapping["users"], mapping["hosts"], mapping["backend_roles"], mapping["and_backend_roles"]]),
  roles: (role, quirks) => {
    if (!quirks.rolePatternsPoison) return undefined;
    const tenantPermissions = Array.isArray(role["tenant_permissions"]) ? role["tenant_permissions"] : [];
    const patterns = tenantPermissions.map((permission) => (isObject(permission) ? permission["tenant_patterns"] : []));
    return brokenPattern([role["cluster_permissions"], ...patterns]);
  },
  config: (config, quirks) => brokenListener(config) ?? (quirks.shortSigningKeysPoison ? shortSigningKey(config) : undefined),
};

function brokenPattern(lists: readonly (Json | undefined)[]): string | undefined {
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .find((item): item is string => typeof item === "string" && isBroken(item));
}

function isBroken(item: string): boolean {
  if (item.length < 2 || !item.startsWith("/") || !item.endsWith("/")) return false;
  try {
    return !new RegExp(item.slice(1, -1));
  } catch {
    return true;
  }
}

function brokenListener(config: JsonObject): string | undefined {
  const listeners = at(config, "dynamic", "auth_failure_listeners");
  return Object.entries(listeners).find(([, listener]) => isObject(listener) && isBrokenListener(listener))?.[0];
}

function isBrokenListener(listener: JsonObject): boolean {
  return Number(listener["allowed_tries"]) <= 0 || !["ip", "username"].includes(String(listener["type"]));
}

/** A key for HMAC-SHA512, given in Base64. */
const signingKeyBytesMin = 64;

function shortSigningKey(config: JsonObject): string | undefined {
  const onBehalfOf = at(config, "dynamic", "on_behalf_of");
  if (onBehalfOf["enabled"] !== true) return undefined;
  const key = Buffer.from(String(onBehalfOf["signing_key"] ?? ""), "base64");
  return key.length < signingKeyBytesMin ? "on_behalf_of.signing_key is too short" : undefined;
}

function at(value: JsonObject, ...path: string[]): JsonObject {
  return path.reduce<JsonObject>((current, name) => (isObject(current[name]) ? current[name] : {}), value);
}
