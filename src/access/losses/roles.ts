import { sameValue } from "../../kinds/same.ts";
import type { Change } from "../../model.ts";
import { valueAt, type Turn } from "../documents.ts";
import { clusterPermissions } from "../permissions.ts";
import { identityOf, opensByPermission, type Gate, type Principal } from "../principal.ts";
import { grantsOf, type Grant } from "../role-mapping.ts";
import { allOf, anyOf, type Verdict } from "../verdict.ts";
import { changeOf, permissionSuspects, type Loss } from "./loss.ts";

/** What takes away the roles that open the REST API. */
export function roleLosses(turn: Turn, principal: Principal): Loss[] {
  const { gate } = principal;
  const before = grantsOf(turn.before, identityOf(turn.before, principal));
  const after = grantsAfter(turn, principal);
  const mapped: Mapped = { turn, principal, before, after };
  const stays = (role: string): Verdict => roleAfter(role, mapped);
  const verdicts = gate.roles.map(stays);
  const byRole = gate.needs === "one" ? anyOf(verdicts) : allOf(verdicts);
  const byPermission = opensByPermission(turn.after, principal, () => keptRoles(mapped));
  const verdict = anyOf([byRole, byPermission]);
  if (verdict === "yes") return [];
  const lostRoles = gate.roles
    .filter((role) => stays(role) !== "yes" && has(role, before, principal))
    .flatMap((role) => lostRole(role, mapped))
    .map(({ change, why }) => ({ verdict, change, why: `${why}; ${whatIsLeft(gate)}`, hint: hintOf(gate) }));
  return [...lostRoles, ...(byPermission === "no" ? lostPermissions(turn, principal, before, verdict) : [])];
}

/** What takes away the permissions by which somebody got in that no role of the gate lets in. */
function lostPermissions(
  turn: Turn,
  principal: Principal,
  before: readonly Grant[],
  verdict: Loss["verdict"],
): Loss[] {
  const roles = principal.rolesNow ?? before.map(({ role }) => role);
  // Each lost permission of a REST administrator is a loss of its own.
  if (principal.isRestAdministrator || opensByPermission(turn.before, principal, () => roles) === "no")
    return [];
  const permissions = clusterPermissions(turn.before, roles);
  return permissionSuspects(turn, principal.name, roles, permissions).map((change) => ({
    verdict,
    change,
    why: "this change takes part in the loss of its restapi:admin/ permissions, which open the REST API from 3.9 on",
    hint: "keep the chain from it to a role and an action group with these permissions",
  }));
}

function has(role: string, before: readonly Grant[], { rolesNow }: Principal): boolean {
  return rolesNow?.includes(role) ?? before.some((grant) => grant.role === role);
}

/** The roles that the principal keeps, for certain or perhaps. */
export function rolesAfter(turn: Turn, principal: Principal): string[] {
  const before = grantsOf(turn.before, identityOf(turn.before, principal));
  return keptRoles({ turn, principal, before, after: grantsAfter(turn, principal) });
}

function keptRoles(mapped: Mapped): string[] {
  const { principal, after } = mapped;
  const roles = new Set([...(principal.rolesNow ?? []), ...after.map(({ role }) => role)]);
  return [...roles].filter((role) => roleAfter(role, mapped) !== "no");
}

interface Mapped {
  readonly turn: Turn;
  readonly principal: Principal;
  readonly before: readonly Grant[];
  readonly after: readonly Grant[];
}

/** Where the source of backend roles changes, nobody knows which of them are left. */
function grantsAfter(turn: Turn, principal: Principal): Grant[] {
  const grants = grantsOf(turn.after, identityOf(turn.after, principal));
  const authorizers = [turn.before, turn.after].map((documents) =>
    valueAt(documents.get("config")?.get("config"), "dynamic", "authz"),
  );
  if (principal.backendRoles.length === 0 || sameValue(authorizers[0], authorizers[1])) return grants;
  const sure = grantsOf(turn.after, identityOf(turn.after, { ...principal, backendRoles: [] }));
  return grants.map((grant) =>
    sure.some((one) => isSameGrant(one, grant)) ? grant : { ...grant, verdict: "unsure" },
  );
}

/**
 * Whether the principal has the role afterwards. What the documents do not explain, but the server says, comes from
 * where no plan reaches (a hidden mapping, a setting), unless the plan changes what it may have come from.
 */
function roleAfter(role: string, { turn, principal, before, after }: Mapped): Verdict {
  const granted = anyOf(after.filter((grant) => grant.role === role).map(({ verdict }) => verdict));
  if (granted === "yes" || !principal.rolesNow?.includes(role)) return granted;
  if (before.some((grant) => grant.role === role && grant.verdict === "yes")) return granted;
  return suspects(role, turn, principal).length === 0 ? "yes" : "unsure";
}

/** The changes from which an unexplained role may have come. */
function suspects(role: string, turn: Turn, { name }: Principal): Change[] {
  return [
    changeOf(turn, "rolesmapping", role),
    changeOf(turn, "internalusers", name),
    changeOf(turn, "config", "config"),
  ].filter((change) => change !== undefined);
}

/** Each change that breaks a way to the role, and the ways that it breaks. */
function lostRole(role: string, { turn, principal, before, after }: Mapped): Pick<Loss, "change" | "why">[] {
  const ways = new Map<Change, string[]>();
  for (const grant of before.filter((one) => one.role === role)) {
    if (after.some((one) => isSameGrant(one, grant) && [grant.verdict, "yes"].includes(one.verdict)))
      continue;
    const change = breakerOf(grant, turn, principal);
    if (change) ways.set(change, [...(ways.get(change) ?? []), wayOf(grant)]);
  }
  const explained = [...ways].map(([change, broken]) => ({
    change,
    why: `this change breaks ${broken.join(" and ")}`,
  }));
  if (explained.length > 0) return explained;
  return suspects(role, turn, principal).map((change) => ({
    change,
    why: `the role ${role} may come from what this change touches`,
  }));
}

function breakerOf({ kind, name }: Grant, turn: Turn, principal: Principal): Change | undefined {
  return (
    changeOf(turn, kind, name) ??
    changeOf(turn, "internalusers", principal.name) ??
    changeOf(turn, "config", "config")
  );
}

function isSameGrant(a: Grant, b: Grant): boolean {
  return (
    a.kind === b.kind && a.name === b.name && a.role === b.role && a.field === b.field && a.entry === b.entry
  );
}

const sources: Readonly<Record<string, string>> = {
  users: "user",
  backend_roles: "backend role",
  and_backend_roles: "backend roles",
  hosts: "host",
};

function wayOf({ role, kind, name, field, entry }: Grant): string {
  return kind === "internalusers"
    ? `internalusers/${name} (${field}) → role ${role}`
    : `${sources[field]} ${JSON.stringify(entry)} → rolesmapping/${name} → role ${role}`;
}

function whatIsLeft({ roles, needs }: Gate): string {
  return needs === "one"
    ? `no role that opens the REST API is left (${roles.join(", ")})`
    : "which roles open the REST API is not known, so each one counts";
}

function hintOf({ needs }: Gate): string {
  const setting =
    "name the roles of plugins.security.restapi.roles_enabled in lockout.rest_api_roles of osac.yml";
  return needs === "one"
    ? `keep it, or first open another way to such a role; if these are the wrong ones, ${setting}`
    : `keep it, or ${setting}`;
}
