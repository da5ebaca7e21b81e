import type { Json, KindName } from "../model.ts";
import { isObject, textOf, type Entities } from "./documents.ts";
import type { JsonObject } from "./patch.ts";
import type { Quirks } from "./quirks.ts";
import { javaExpression } from "./wildcard.ts";

/**
 * What in a document the server stores but cannot load, from then on refusing every write; undefined where there is
 * nothing of the kind.
 */
export function poisonOf(kind: KindName, entities: Entities, quirks: Quirks): string | undefined {
  if (kind === "audit" && quirks.missingAuditPoisons && !entities.has("config")) return "no config";
  const check = checks[kind];
  if (!check) return undefined;
  for (const [name, entity] of entities) {
    const problem = check(entity, quirks);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

const checks: { readonly [Kind in KindName]?: (entity: JsonObject, quirks: Quirks) => string | undefined } = {
  rolesmapping: (mapping) =>
    brokenPattern([
      mapping["users"],
      mapping["hosts"],
      mapping["backend_roles"],
      mapping["and_backend_roles"],
    ]),
  roles: (role, quirks) => {
    if (!quirks.rolePatternsPoison) return undefined;
    const tenantPermissions = Array.isArray(role["tenant_permissions"]) ? role["tenant_permissions"] : [];
    const patterns = tenantPermissions.map((permission) =>
      isObject(permission) ? permission["tenant_patterns"] : [],
    );
    return brokenPattern([role["cluster_permissions"], ...patterns]);
  },
  config: (config, quirks) =>
    brokenListener(config) ?? (quirks.shortSigningKeysPoison ? shortSigningKey(config) : undefined),
};

function brokenPattern(lists: readonly (Json | undefined)[]): string | undefined {
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .find((item): item is string => typeof item === "string" && isBrokenPattern(item));
}

/** Whether a text is a regular expression between slashes that cannot be read. */
export function isBrokenPattern(item: string): boolean {
  if (item.length < 2 || !item.startsWith("/") || !item.endsWith("/")) return false;
  try {
    return !javaExpression(item);
  } catch {
    return true;
  }
}

function brokenListener(config: JsonObject): string | undefined {
  const listeners = at(config, "dynamic", "auth_failure_listeners");
  return Object.entries(listeners).find(
    ([, listener]) => isObject(listener) && isBrokenListener(listener),
  )?.[0];
}

function isBrokenListener(listener: JsonObject): boolean {
  return Number(listener["allowed_tries"]) <= 0 || !["ip", "username"].includes(textOf(listener["type"]));
}

/** Characters of Base64. */
const signingKeyLengthMin = 64;

/** The server looks at the key where both keys are there, whether they are used or not. */
function shortSigningKey(config: JsonObject): string | undefined {
  const { signing_key: key, encryption_key: other } = at(config, "dynamic", "on_behalf_of");
  if (typeof key !== "string" || typeof other !== "string") return undefined;
  return key.length < signingKeyLengthMin ? "on_behalf_of.signing_key is too short" : undefined;
}

function at(value: JsonObject, ...path: string[]): JsonObject {
  return path.reduce<JsonObject>((current, name) => (isObject(current[name]) ? current[name] : {}), value);
}
