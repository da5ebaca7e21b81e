import { notAllowlisted, type ListedRequest } from "./allowlist.ts";
import { textsAt, type Documents } from "./documents.ts";
import { mayLogIn, waysIn, type Login } from "./login.ts";
import { adminEndpoints, administers, clusterPermissions } from "./permissions.ts";
import { grantsOf, type Identity } from "./role-mapping.ts";
import { allOf, anyOf, type Verdict } from "./verdict.ts";

/** The roles that open the REST API: `plugins.security.restapi.roles_enabled`, as far as it is known. */
export interface Gate {
  readonly roles: readonly string[];
  /** Where it is not known which of the caller's roles opens the API, none may be lost. */
  readonly needs: "one" | "all";
}

/** Who somebody is, as far as that is known before the login. */
export interface Person {
  /** Absent for anybody who has the backend roles. */
  readonly name?: string | undefined;
  /** Those that no internal user of this name explains: a directory or a token has them. */
  readonly backendRoles: readonly string[];
  readonly mayHaveMore?: boolean;
  readonly address?: string;
}

/** Somebody who changes the security configuration by REST, and what is known of the way there. */
export interface Principal extends Person {
  readonly login: Login;
  readonly gate: Gate;
  /** The roles that the server says it has now; absent where nobody asked as this principal. */
  readonly rolesNow?: readonly string[];
  /** Whether `restapi:admin/…` permissions count here, and it has some. */
  readonly isRestAdministrator?: boolean;
  /** Whether such permissions open the REST API without a role of the gate; absent where they do not. */
  readonly permissionsOpen?: Verdict;
  /** Whether the password that it logs in with is the one that a change sets. */
  readonly keepsPassword?: Verdict;
  /** What it has to be able to send. */
  readonly requests: readonly ListedRequest[];
}

/** Whom the server takes the person for, once it has logged in. */
export function identityOf(documents: Documents, person: Person): Identity {
  const { name, backendRoles, mayHaveMore = false, address } = person;
  const user = name === undefined ? undefined : documents.get("internalusers")?.get(name);
  return {
    backendRoles: [...backendRoles, ...textsAt(user, "backend_roles").map(({ value }) => value)],
    mayHaveMore,
    securityRoles: textsAt(user, "opendistro_security_roles"),
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
  };
}

/**
 * Whether these roles open the REST API by what they permit (from 3.9 on). The audit log has no such permission, and is
 * not counted.
 */
export function opensByPermission(
  documents: Documents,
  { permissionsOpen = "no" }: Principal,
  findRoles: () => readonly string[],
): Verdict {
  if (permissionsOpen === "no") return "no";
  const permissions = clusterPermissions(documents, findRoles());
  return allOf([permissionsOpen, ...adminEndpoints.map((endpoint) => administers(permissions, endpoint))]);
}

/** Whether some user of the internal ones is this person. */
export function isAmongUsers(documents: Documents, { name, backendRoles }: Person): boolean {
  const users = documents.get("internalusers") ?? new Map<string, never>();
  if (name !== undefined) return users.has(name);
  return [...users.values()].some((user) =>
    textsAt(user, "backend_roles").some(({ value }) => backendRoles.includes(value)),
  );
}

/** Whether the principal can change the security configuration, by what the documents say. */
export function mayAdminister(documents: Documents, principal: Principal): Verdict {
  const { login, gate, requests } = principal;
  const grants = grantsOf(documents, identityOf(documents, principal));
  const opening = grants.filter(({ role }) => gate.roles.includes(role)).map(({ verdict }) => verdict);
  const permitting = opensByPermission(documents, principal, () => grants.map(({ role }) => role));
  const isUser = login.isInternal !== true || isAmongUsers(documents, principal);
  return allOf([
    isUser ? "yes" : "no",
    documents.has("config") ? mayLogIn(waysIn(documents, login), login) : "unsure",
    documents.has("rolesmapping") ? anyOf([...opening, permitting]) : "unsure",
    notAllowlisted(documents, requests).length === 0 ? "yes" : "no",
  ]);
}
