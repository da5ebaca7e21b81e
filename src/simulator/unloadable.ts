import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { isObject, asText, asTexts, type Entities } from "./documents.ts";
import type { Quirks } from "./quirks.ts";
import { javaExpression } from "./wildcard.ts";

/** The context for loading a document. */
interface Loading {
  readonly quirks: Quirks;
  /** Loads the stored entities of another kind. */
  readonly loadEntities: (kind: KindName) => Entities;
}

/**
 * Returns the invalid part of a document that the server stores but cannot load. From then on the server
 * refuses every write. Returns undefined for a valid document.
 */
export function findUnloadable(kind: KindName, entities: Entities, loading: Loading): string | undefined {
  if (kind === "audit" && loading.quirks.missingAuditPreventsLoading && !entities.has("config"))
    return "no config";
  const check = checks[kind];
  if (!check) return undefined;
  for (const [name, entity] of entities) {
    const problem = check(entity, loading, name);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

type Check = (entity: JsonObject, loading: Loading, name: string) => string | undefined;

const checks: { readonly [Kind in KindName]?: Check } = {
  rolesmapping: (mapping) =>
    brokenPattern([
      mapping["users"],
      mapping["hosts"],
      mapping["backend_roles"],
      mapping["and_backend_roles"],
    ]),
  roles: (role, { quirks }) => {
    if (!quirks.rolePatternsPreventLoading) return undefined;
    const tenantPermissions = Array.isArray(role["tenant_permissions"]) ? role["tenant_permissions"] : [];
    const patterns = tenantPermissions.map((permission) =>
      isObject(permission) ? permission["tenant_patterns"] : [],
    );
    return brokenPattern([role["cluster_permissions"], ...patterns]);
  },
  // A broken action group has this effect if a role uses it. A write that makes a role use one is not
  // simulated.
  actiongroups: (group, { quirks, loadEntities }, name) => {
    const isUsed = [...loadEntities("roles").values()].some((role) =>
      asTexts(role["cluster_permissions"]).includes(name),
    );
    return quirks.rolePatternsPreventLoading && isUsed
      ? brokenPattern([group["allowed_actions"]])
      : undefined;
  },
  config: (config, { quirks }) =>
    brokenListener(config) ??
    (quirks.shortSigningKeysPreventLoading ? brokenSigningKey(config, quirks) : undefined),
};

function brokenPattern(lists: readonly (Json | undefined)[]): string | undefined {
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .find((item): item is string => typeof item === "string" && isBrokenPattern(item));
}

/**
 * Returns true for a regular expression between slashes that Java cannot parse. A lone slash is one without
 * an end.
 */
export function isBrokenPattern(item: string): boolean {
  if (!item.startsWith("/") || !item.endsWith("/")) return false;
  // Java refuses a brace that begins no number of repetitions.
  if (item.length < 2 || /(?<!\\)\{(?!\d)/.test(item)) return true;
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

const quantities = [
  "time_window_seconds",
  "block_expiry_seconds",
  "max_blocked_clients",
  "max_tracked_clients",
];

function isBrokenListener(listener: JsonObject): boolean {
  const { allowed_tries: tries, ...others } = listener;
  const isNegative = quantities.some((field) => Number(others[field]) < 0);
  return Number(tries) <= 0 || isNegative || !["ip", "username"].includes(asText(listener["type"]));
}

/** The shortest signing key, in characters of Base64. */
const signingKeyLengthMin = 64;

/**
 * Returns the error of a signing key. The server checks the key even if no domain uses it; up to 3.5 only if
 * it has an encryption key too.
 */
function brokenSigningKey(config: JsonObject, { loneSigningKeysPreventLoading }: Quirks): string | undefined {
  const { signing_key: key, encryption_key: other } = at(config, "dynamic", "on_behalf_of");
  if (typeof key !== "string" || !(loneSigningKeysPreventLoading || typeof other === "string"))
    return undefined;
  if (key.length < signingKeyLengthMin) return "on_behalf_of.signing_key is too short";
  return /^[A-Za-z0-9+/]+={0,2}$/.test(key) ? undefined : "on_behalf_of.signing_key is no Base64";
}

function at(value: JsonObject, ...path: string[]): JsonObject {
  return path.reduce<JsonObject>((current, name) => (isObject(current[name]) ? current[name] : {}), value);
}
