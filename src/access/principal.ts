import { findNotAllowlisted, type ListedRequest } from "./allowlist.ts";
import { readTexts, type Documents } from "./documents.ts";
import { mayLogIn, judgeDomains, type LoginAttempt } from "./login-domains.ts";
import { adminEndpoints, administers, resolveClusterPermissions } from "./permissions.ts";
import { findGrants, type Identity } from "./role-mapping.ts";
import { combineAll, combineAny, type Certainty } from "./certainty.ts";

/** The roles that open the REST API: `plugins.security.restapi.roles_enabled`, if it is known. */
export interface Gate {
  readonly roles: readonly string[];
  /**
   * "all" if it is not known which of the caller's roles opens the API: then the caller must keep all of
   * them.
   */
  readonly needs: "one" | "all";
}

/** A user or a holder of backend roles, as far as it is known before the login. */
export interface Person {
  /** Absent for any user with the backend roles. */
  readonly name?: string | undefined;
  /** Backend roles that the internal user of this name does not have: a directory or a token gives them. */
  readonly backendRoles: readonly string[];
  readonly mayHaveMore?: boolean;
  readonly address?: string | undefined;
}

/** A person that changes the security configuration by REST, and the known facts about its access. */
export interface Principal extends Person {
  readonly login: LoginAttempt;
  readonly gate: Gate;
  /** The roles that the server reports now; absent if osac has not asked as this principal. */
  readonly rolesNow?: readonly string[];
  /** True if `restapi:admin/…` permissions count here, and it has some. */
  readonly isRestAdministrator?: boolean;
  /** "yes" if such permissions open the REST API without a role of the gate; absent if they do not. */
  readonly permissionsOpen?: Certainty;
  /** "yes" if the password that it logs in with is the one that a change sets. */
  readonly keepsPassword?: Certainty;
  /** The requests that it must be able to send. */
  readonly requests: readonly ListedRequest[];
}

/** Returns the identity that the server gives the person after the login. */
export function resolveIdentity(documents: Documents, person: Person): Identity {
  const { name, backendRoles, mayHaveMore = false, address } = person;
  const user = name === undefined ? undefined : documents.get("internalusers")?.get(name);
  return {
    backendRoles: [...backendRoles, ...readTexts(user, "backend_roles").map(({ value }) => value)],
    mayHaveMore,
    securityRoles: readTexts(user, "opendistro_security_roles"),
    name,
    address,
  };
}

/**
 * Judges whether these roles open the REST API by their permissions (from 3.9 on). The audit log has no such
 * permission, and does not count.
 */
export function opensByPermission(
  documents: Documents,
  { permissionsOpen = "no" }: Principal,
  findRoles: () => readonly string[],
): Certainty {
  if (permissionsOpen === "no") return "no";
  const permissions = resolveClusterPermissions(documents, findRoles());
  return combineAll([
    permissionsOpen,
    ...adminEndpoints.map((endpoint) => administers(permissions, endpoint)),
  ]);
}

/** True if this person is one of the internal users. */
export function isAmongUsers(documents: Documents, { name, backendRoles }: Person): boolean {
  const users = documents.get("internalusers") ?? new Map<string, never>();
  if (name !== undefined) return users.has(name);
  return [...users.values()].some((user) =>
    readTexts(user, "backend_roles").some(({ value }) => backendRoles.includes(value)),
  );
}

/** Judges by the documents whether the principal can change the security configuration. */
export function mayAdminister(documents: Documents, principal: Principal): Certainty {
  const { login, gate, requests } = principal;
  const grants = findGrants(documents, resolveIdentity(documents, principal));
  const opening = grants.filter(({ role }) => gate.roles.includes(role)).map(({ certainty }) => certainty);
  const permitting = opensByPermission(documents, principal, () => grants.map(({ role }) => role));
  const isUser = login.isInternal !== true || isAmongUsers(documents, principal);
  return combineAll([
    isUser ? "yes" : "no",
    documents.has("config") ? mayLogIn(judgeDomains(documents, login), login) : "unsure",
    documents.has("rolesmapping") ? combineAny([...opening, permitting]) : "unsure",
    findNotAllowlisted(documents, requests).length === 0 ? "yes" : "no",
  ]);
}
