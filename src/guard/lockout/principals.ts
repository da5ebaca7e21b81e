import {
  certificateUser,
  domainsFor,
  domainsOf,
  identityOf,
  isAmongUsers,
  isSameDn,
  type Documents,
  type Login,
  type Principal,
} from "../../access/index.ts";
import type { BreakGlass } from "../../model.ts";
import type { KnownCaller, LockoutInput } from "./facts.ts";

/** What opens the REST API where the demo configuration, or the documentation, was followed. */
const usualRoles = ["all_access", "security_rest_api_access"];

/** Who is judged, and what messages call them. */
export interface Watched {
  readonly label: string;
  /** The ways by which it gets in; any one is enough. */
  readonly principals: readonly Principal[];
}

/** The caller, with what its being here proves of the documents. */
export function watchedCaller(documents: Documents, caller: KnownCaller, input: LockoutInput): Watched {
  const { name, credentials, address, roles } = caller;
  const users = documents.get("internalusers");
  const isInternal = credentials === "password" ? users?.has(name ?? "") : false;
  const principal: Principal = {
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    backendRoles: externalBackendRoles(documents, caller),
    login: callerLogin(documents, caller, isInternal),
    gate: callerGate(roles, input.choice.restApiRoles),
    rolesNow: roles,
    isRestAdministrator: isRestAdministrator(input),
    keepsPassword: input.keepsPassword,
    requests: input.requests,
  };
  return { label: labelOf(caller), principals: [principal] };
}

/** Only a REST administrator reads the allowlist, besides the admin certificate. */
function isRestAdministrator({ live }: LockoutInput): boolean {
  return live.get("allowlist")?.readable === true;
}

function externalBackendRoles(documents: Documents, { name, backendRoles }: KnownCaller): string[] {
  const explained = identityOf(documents, {
    ...nobody,
    ...(name === undefined ? {} : { name }),
  }).backendRoles;
  return backendRoles.filter((role) => !explained.includes(role));
}

/** The caller is logged in, so some domain of its kind works, and none before it ends the request. */
function callerLogin(
  documents: Documents,
  { credentials }: KnownCaller,
  isInternal: boolean | undefined,
): Login {
  const trusted = domainsFor(documents, credentials).filter(
    (domain) => !domain.isInternal || isInternal === undefined,
  );
  const all = domainsOf(documents);
  const first = all.findIndex(({ name }) => domainsFor(documents, credentials)[0]?.name === name);
  return {
    trusted,
    harmless: all.slice(0, Math.max(first, 0)),
    ...(credentials === undefined ? {} : { credentials }),
    ...(isInternal === undefined ? {} : { isInternal }),
  };
}

function callerGate(roles: readonly string[], named: readonly string[] | undefined): Principal["gate"] {
  const known = named ?? usualRoles;
  return roles.some((role) => known.includes(role))
    ? { roles: known, needs: "one" }
    : { roles, needs: "all" };
}

function labelOf({ name, credentials }: KnownCaller): string {
  const who = credentials === "certificate" ? "certificate" : "user";
  return name === undefined ? "the caller" : `the caller, ${who} ${JSON.stringify(name)},`;
}

const nobody: Principal = {
  backendRoles: [],
  login: { trusted: [] },
  gate: { roles: [], needs: "one" },
  requests: [],
};

/**
 * The ways by which somebody of `break_glass` gets in. None for a DN that no domain looks at: it is taken for an admin
 * certificate (`plugins.security.authcz.admin_dn`), which nothing in the documents can lock out.
 */
export function watchedBreakGlass(documents: Documents, entry: BreakGlass, input: LockoutInput): Watched {
  const gate = { roles: input.choice.restApiRoles ?? usualRoles, needs: "one" as const };
  const common = { ...nobody, gate, requests: input.requests };
  if ("user" in entry) {
    const label = `user ${JSON.stringify(entry.user)} of break_glass`;
    return { label, principals: [userPrincipal(documents, entry.user, common)] };
  }
  if ("backend_role" in entry) {
    const role = entry.backend_role;
    const label = `backend role ${JSON.stringify(role)} of break_glass`;
    return { label, principals: memberPrincipals(documents, role, common) };
  }
  const label = `certificate ${JSON.stringify(entry.dn)} of break_glass`;
  const isAdmin = input.adminDns.some((dn) => isSameDn(dn, entry.dn));
  return { label, principals: isAdmin ? [] : certificatePrincipals(documents, entry.dn, common) };
}

function userPrincipal(documents: Documents, name: string, common: Principal): Principal {
  if (isAmongUsers(documents, { ...common, name })) {
    return { ...common, name, login: internalLogin };
  }
  return { ...common, name, mayHaveMore: true, login: externalLogin(documents) };
}

function memberPrincipals(documents: Documents, role: string, common: Principal): Principal[] {
  const member = { ...common, backendRoles: [role] };
  const external = externalLogin(documents);
  return [
    ...(isAmongUsers(documents, member) ? [{ ...member, login: internalLogin }] : []),
    ...(external.trusted.length > 0 ? [{ ...member, login: external }] : []),
  ];
}

function certificatePrincipals(documents: Documents, dn: string, common: Principal): Principal[] {
  const trusted = domainsFor(documents, "certificate");
  return trusted.map((domain) => {
    const name = certificateUser(domain, dn);
    const login = { credentials: "certificate" as const, isInternal: false, trusted: [domain] };
    return { ...common, ...(name === undefined ? {} : { name }), mayHaveMore: true, login };
  });
}

const internalLogin: Login = { credentials: "password", isInternal: true, trusted: [] };

/**
 * How somebody outside logs in cannot be seen, so every domain that asks outside may be the one; where the internal
 * users cannot be seen either, any.
 */
function externalLogin(documents: Documents): Login {
  const domains = domainsOf(documents);
  return documents.has("internalusers")
    ? { isInternal: false, trusted: domains.filter(({ isInternal }) => !isInternal) }
    : { trusted: domains };
}
