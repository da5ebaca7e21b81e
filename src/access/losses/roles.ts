import { isSameValue } from "../../value/equal.ts";
import type { Change } from "../../model/change.ts";
import type { Transition } from "../documents.ts";
import { valueAtPath } from "../../value/path.ts";
import { resolveClusterPermissions } from "../permissions.ts";
import { resolveIdentity, opensByPermission, type Gate, type Principal } from "../principal.ts";
import { findGrants, type Grant } from "../role-mapping.ts";
import { combineAll, combineAny, type Certainty } from "../certainty.ts";
import { findChange, findPermissionSuspects, type Loss } from "./loss.ts";

/** Finds changes that revoke the roles that open the REST API. */
export function roleLosses(transition: Transition, principal: Principal): Loss[] {
  const { gate } = principal;
  const before = findGrants(transition.before, resolveIdentity(transition.before, principal));
  const after = findGrantsAfter(transition, principal);
  const mapped: Mapped = { turn: transition, principal, before, after };
  const stays = (role: string): Certainty => judgeRoleAfter(role, mapped);
  const verdicts = gate.roles.map(stays);
  const byRole = gate.needs === "one" ? combineAny(verdicts) : combineAll(verdicts);
  const byPermission = opensByPermission(transition.after, principal, () => listKeptRoles(mapped));
  const verdict = combineAny([byRole, byPermission]);
  if (verdict === "yes") return [];
  const lostRoles = gate.roles
    .filter((role) => stays(role) !== "yes" && hadRole(role, before, principal))
    .flatMap((role) => explainLostRole(role, mapped))
    .map(({ change, why }) => ({
      certainty: verdict,
      change,
      why: `${why}; ${describeGate(gate)}`,
      hint: gateHint(gate),
    }));
  return [
    ...lostRoles,
    ...(byPermission === "no" ? lostPermissions(transition, principal, before, verdict) : []),
  ];
}

/**
 * Finds changes that revoke the permissions by which a principal opens the REST API without a role of the
 * gate.
 */
function lostPermissions(
  transition: Transition,
  principal: Principal,
  before: readonly Grant[],
  verdict: Loss["certainty"],
): Loss[] {
  const roles = principal.rolesNow ?? before.map(({ role }) => role);
  // Each lost permission of a REST administrator is a loss of its own.
  if (principal.isRestAdministrator || opensByPermission(transition.before, principal, () => roles) === "no")
    return [];
  const permissions = resolveClusterPermissions(transition.before, roles);
  return findPermissionSuspects(transition, principal.name, roles, permissions).map((change) => ({
    certainty: verdict,
    change,
    why: "this change takes part in the loss of its restapi:admin/ permissions, which open the REST API from 3.9 on",
    hint: "keep the chain from it to a role and an action group with these permissions",
  }));
}

function hadRole(role: string, before: readonly Grant[], { rolesNow }: Principal): boolean {
  return rolesNow?.includes(role) ?? before.some((grant) => grant.role === role);
}

/** Lists the roles that the principal keeps, certainly or perhaps. */
export function listRolesAfter(transition: Transition, principal: Principal): string[] {
  const before = findGrants(transition.before, resolveIdentity(transition.before, principal));
  return listKeptRoles({
    turn: transition,
    principal,
    before,
    after: findGrantsAfter(transition, principal),
  });
}

function listKeptRoles(mapped: Mapped): string[] {
  const { principal, after } = mapped;
  const roles = new Set([...(principal.rolesNow ?? []), ...after.map(({ role }) => role)]);
  return [...roles].filter((role) => judgeRoleAfter(role, mapped) !== "no");
}

interface Mapped {
  readonly turn: Transition;
  readonly principal: Principal;
  readonly before: readonly Grant[];
  readonly after: readonly Grant[];
}

/** If the source of backend roles changes, osac cannot know which of them are left. */
function findGrantsAfter(transition: Transition, principal: Principal): Grant[] {
  const grants = findGrants(transition.after, resolveIdentity(transition.after, principal));
  const authorizers = [transition.before, transition.after].map((documents) =>
    valueAtPath(documents.get("config")?.get("config"), ["dynamic", "authz"]),
  );
  if (principal.backendRoles.length === 0 || isSameValue(authorizers[0], authorizers[1])) return grants;
  const sure = findGrants(
    transition.after,
    resolveIdentity(transition.after, { ...principal, backendRoles: [] }),
  );
  return grants.map((grant) =>
    sure.some((one) => isSameGrant(one, grant)) ? grant : { ...grant, certainty: "unsure" },
  );
}

/**
 * Judges whether the principal has the role afterwards. A role that the server reports and the documents do
 * not explain comes from a hidden mapping or a setting. The plan does not touch those, so the role stays
 * unless the plan changes an entity that may also give it.
 */
function judgeRoleAfter(role: string, { turn: transition, principal, before, after }: Mapped): Certainty {
  const granted = combineAny(after.filter((grant) => grant.role === role).map(({ certainty }) => certainty));
  if (granted === "yes" || !principal.rolesNow?.includes(role)) return granted;
  if (before.some((grant) => grant.role === role && grant.certainty === "yes")) return granted;
  return findRoleSuspects(role, transition, principal).length === 0 ? "yes" : "unsure";
}

/** Finds the changes of entities that may give an unexplained role. */
function findRoleSuspects(role: string, transition: Transition, { name }: Principal): Change[] {
  return [
    findChange(transition, "rolesmapping", role),
    findChange(transition, "internalusers", name),
    findChange(transition, "config", "config"),
  ].filter((change) => change !== undefined);
}

/** Finds each change that breaks a chain to the role, and describes the broken chains. */
function explainLostRole(
  role: string,
  { turn: transition, principal, before, after }: Mapped,
): Pick<Loss, "change" | "why">[] {
  const ways = new Map<Change, string[]>();
  for (const grant of before.filter((one) => one.role === role)) {
    if (after.some((one) => isSameGrant(one, grant) && [grant.certainty, "yes"].includes(one.certainty)))
      continue;
    const change = findBreaker(grant, transition, principal);
    if (change) ways.set(change, [...(ways.get(change) ?? []), describeGrant(grant)]);
  }
  const explained = [...ways].map(([change, broken]) => ({
    change,
    why: `this change breaks ${broken.join(" and ")}`,
  }));
  if (explained.length > 0) return explained;
  return findRoleSuspects(role, transition, principal).map((change) => ({
    change,
    why: `the role ${role} may come from what this change touches`,
  }));
}

function findBreaker(
  { kind, name }: Grant,
  transition: Transition,
  principal: Principal,
): Change | undefined {
  return (
    findChange(transition, kind, name) ??
    findChange(transition, "internalusers", principal.name) ??
    findChange(transition, "config", "config")
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

function describeGrant({ role, kind, name, field, entry }: Grant): string {
  return kind === "internalusers"
    ? `internalusers/${name} (${field}) → role ${role}`
    : `${sources[field]} ${JSON.stringify(entry)} → rolesmapping/${name} → role ${role}`;
}

function describeGate({ roles, needs }: Gate): string {
  return needs === "one"
    ? `no role that opens the REST API is left (${roles.join(", ")})`
    : "which roles open the REST API is not known, so each one counts";
}

function gateHint({ needs }: Gate): string {
  const setting =
    "name the roles of plugins.security.restapi.roles_enabled in lockout.rest_api_roles of osac.yml";
  return needs === "one"
    ? `keep it, or first open another way to such a role; if these are the wrong ones, ${setting}`
    : `keep it, or ${setting}`;
}
