import { matches } from "../match-pattern.ts";
import type { Access } from "./access.ts";
import { isGuarded } from "./actions.ts";
import type { Missing, Unknown } from "./answer.ts";
import type { RequestedNames } from "./names.ts";
import type { Caller } from "./subject.ts";

/**
 * Finds a rule by which the server refuses a request to all callers but the admin certificate, despite
 * permissions.
 */
export function findRefusal(
  { settings }: Access,
  action: string,
  { isAll, names }: RequestedNames,
): Missing | undefined {
  const securityIndex = settings.config_index_name;
  const isOnSecurity = names.includes(securityIndex);
  const refused = (what: string): Missing => ({
    need: "rule",
    what,
    names: isAll ? [] : [securityIndex],
    nearest: [],
  });
  if (isGuarded(action) && isAll)
    return refused("nobody may do this to all indices at once: the security index is among them");
  if (isGuarded(action) && isOnSecurity) return refused("nobody may do this to the security index");
  if (settings["system_indices.permission.enabled"] && isOnSecurity && !isAll)
    return refused("system_indices.permission.enabled: nobody gets at the security index");
  return undefined;
}

/** Names like those that plugins register as system indices. */
const registered = /^\.(?:plugins-|opendistro-|opensearch-|ql-|replication-)/;

/** Returns the reason why special indices, or a setting about them, leave the question open. */
export function findSpecialDoubt(
  access: Access,
  action: string,
  { names }: RequestedNames,
): Unknown | undefined {
  const { settings } = access;
  const among = (patterns: readonly string[]): string | undefined =>
    names.find((name) => patterns.some((pattern) => matches(pattern, name) !== "no"));
  const isOn = settings["system_indices.enabled"] || settings["system_indices.permission.enabled"];
  const system = isOn
    ? (among(settings["system_indices.indices"]) ?? names.find((name) => isRegistered(access, name)))
    : undefined;
  if (system !== undefined)
    return {
      code: "system-index",
      text: `${system} is, or may be, a system index, which the server guards on its own`,
    };
  const guarded = settings["protected_indices.enabled"]
    ? among(settings["protected_indices.indices"])
    : undefined;
  if (guarded !== undefined)
    return { code: "setting", text: `${guarded} is one of protected_indices.indices` };
  const immutable = action.startsWith("indices:data/read/")
    ? undefined
    : among(settings["compliance.immutable_indices"]);
  return immutable === undefined
    ? undefined
    : { code: "setting", text: `${immutable} is one of compliance.immutable_indices` };
}

function isRegistered({ settings }: Access, name: string): boolean {
  return name !== settings.config_index_name && registered.test(name);
}

/** Returns the reason why a name is not enough to judge a request on the index of Dashboards. */
export function findDashboardsDoubt(
  { dynamic }: Access,
  { identity }: Caller,
  expressions: readonly string[],
): Unknown | undefined {
  const isAlone = expressions.length === 1 && expressions[0] === dynamic.dashboardsIndex;
  if (!isAlone || !dynamic.hasTenants || identity.name === dynamic.dashboardsUser) return undefined;
  return {
    code: "dashboards-index",
    text: `${dynamic.dashboardsIndex} is judged by tenants: ask for the tenant`,
  };
}
