import {
  findCertificateUser,
  domainsFor,
  listDomains,
  resolveIdentity,
  isAmongUsers,
  isSameDn,
  type Credentials,
  type Documents,
  type LoginAttempt,
  type Person,
  type Principal,
  type Certainty,
} from "../../access/index.ts";
import { isWithin } from "../../value/version.ts";
import type { BreakGlass } from "../../model/plan.ts";
import type { KnownCaller, LockoutInput } from "./facts.ts";

/** The roles that open the REST API in the demo configuration and in the documentation. */
const usualRoles = ["all_access", "security_rest_api_access"];

/** The principals that the guard judges, and their label in messages. */
export interface Watched {
  readonly label: string;
  /** The ways to log in; any one is enough. */
  readonly principals: readonly Principal[];
}

/** Makes the principal of the caller. Its login proves some facts about the documents. */
export function watchCaller(documents: Documents, caller: KnownCaller, input: LockoutInput): Watched {
  const { credentials, backendRoles, roles, ...known } = caller;
  const user = { ...known, backendRoles: [] };
  const explained = resolveIdentity(documents, user).backendRoles;
  const principal: Principal = {
    ...known,
    backendRoles: backendRoles.filter((role) => !explained.includes(role)),
    login: makeCallerLogin(documents, credentials, isInternalUser(documents, credentials, user)),
    gate: makeCallerGate(roles, input.choice.restApiRoles),
    rolesNow: roles,
    isRestAdministrator: isRestAdministrator(input),
    permissionsOpen: permissionsOpen(input),
    keepsPassword: input.keepsPassword,
    requests: input.requests,
  };
  return { label: formatLabel(caller), principals: [principal] };
}

/** Undefined if osac cannot read the users. */
function isInternalUser(
  documents: Documents,
  credentials: Credentials | undefined,
  user: Person,
): boolean | undefined {
  if (credentials !== "password") return false;
  return documents.has("internalusers") ? isAmongUsers(documents, user) : undefined;
}

/** Only a REST administrator reads the allowlist, besides the admin certificate. */
function isRestAdministrator({ live }: LockoutInput): boolean {
  return live.get("allowlist")?.readable === true;
}

/**
 * Applies from 3.9 on if `plugins.security.restapi.admin.enabled` is set: a caller that is a REST
 * administrator proves that.
 */
function permissionsOpen(input: LockoutInput): Certainty {
  if (!isWithin(input.version, { since: "3.9" })) return "no";
  return input.caller !== undefined && isRestAdministrator(input) ? "yes" : "unsure";
}

/** The caller is logged in, so some login domain of its kind works, and no earlier one ends the request. */
function makeCallerLogin(
  documents: Documents,
  credentials: Credentials | undefined,
  isInternal: boolean | undefined,
): LoginAttempt {
  const own = domainsFor(documents, credentials);
  return {
    credentials,
    isInternal,
    trusted: own.filter((domain) => !domain.isInternal || isInternal === undefined),
    harmless: listDomains(documents).filter(({ order }) => own.every((domain) => order < domain.order)),
  };
}

function makeCallerGate(roles: readonly string[], named: readonly string[] | undefined): Principal["gate"] {
  const known = named ?? usualRoles;
  return roles.some((role) => known.includes(role))
    ? { roles: known, needs: "one" }
    : { roles, needs: "all" };
}

function formatLabel({ name, credentials }: KnownCaller): string {
  const who = credentials === "certificate" ? "certificate" : "user";
  return name === undefined ? "the caller" : `the caller, ${who} ${JSON.stringify(name)},`;
}

/** The parts that all principals of `break_glass` share. */
type Common = Pick<Principal, "gate" | "permissionsOpen" | "requests">;

/**
 * Lists the ways in which an entry of `break_glass` logs in. There are none for a DN that no login domain
 * reads: osac takes it for an admin certificate (`plugins.security.authcz.admin_dn`), which no document can
 * lock out.
 */
export function watchBreakGlass(documents: Documents, entry: BreakGlass, input: LockoutInput): Watched {
  const roles = input.choice.restApiRoles ?? usualRoles;
  const common: Common = {
    gate: { roles, needs: "one" },
    permissionsOpen: permissionsOpen(input),
    requests: input.requests,
  };
  if ("user" in entry) {
    const label = `user ${JSON.stringify(entry.user)} of break_glass`;
    return { label, principals: [makeUserPrincipal(documents, entry.user, common)] };
  }
  if ("backend_role" in entry) {
    const role = entry.backend_role;
    const label = `backend role ${JSON.stringify(role)} of break_glass`;
    return { label, principals: makeMemberPrincipals(documents, role, common) };
  }
  const label = `certificate ${JSON.stringify(entry.dn)} of break_glass`;
  const isAdmin = input.adminDns.some((dn) => isSameDn(dn, entry.dn));
  return { label, principals: isAdmin ? [] : makeCertificatePrincipals(documents, entry.dn, common) };
}

function makeUserPrincipal(documents: Documents, name: string, common: Common): Principal {
  const person = { name, backendRoles: [] };
  return isAmongUsers(documents, person)
    ? { ...common, ...person, login: internalLogin }
    : { ...common, ...person, mayHaveMore: true, login: makeExternalLogin(documents) };
}

/** The member of a backend role may be an internal user, or a user of another back end. */
function makeMemberPrincipals(documents: Documents, role: string, common: Common): Principal[] {
  const logins = [internalLogin, makeExternalLogin(documents)];
  return logins.map((login) => ({ ...common, backendRoles: [role], login }));
}

function makeCertificatePrincipals(documents: Documents, dn: string, common: Common): Principal[] {
  return domainsFor(documents, "certificate").map((domain) => ({
    ...common,
    name: findCertificateUser(domain, dn),
    backendRoles: [],
    mayHaveMore: true,
    login: { credentials: "certificate", isInternal: false, trusted: [domain] },
  }));
}

const internalLogin: LoginAttempt = { credentials: "password", isInternal: true, trusted: [] };

/**
 * osac cannot see how a user of another back end logs in, so every login domain with such a back end may be
 * the one; if osac cannot read the internal users either, every login domain may be.
 */
function makeExternalLogin(documents: Documents): LoginAttempt {
  const domains = listDomains(documents);
  return documents.has("internalusers")
    ? { isInternal: false, trusted: domains.filter(({ isInternal }) => !isInternal) }
    : { trusted: domains };
}
