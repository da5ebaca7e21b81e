import type { Access } from "../effective/access.ts";
import { findExplicitPermission } from "../effective/permissions.ts";
import type { Caller, MappedRole } from "../effective/subject.ts";
import { findTenantAccess, globalTenant } from "../effective/tenants.ts";
import { hasVariables } from "../effective/variables.ts";
import { isLiteral } from "../match-pattern.ts";
import { adminEndpoints, limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import { rememberShares, toGlob, type Glob, type Share } from "./shares.ts";

/** The permissions of a caller by one pattern of index names. */
export interface Given {
  /** The pattern as the file has it, unless a variable makes it match more. */
  readonly shown: string;
  actions: ActionSet;
  /** The restrictions of the pattern, as text. */
  rules: string;
  /** True if osac does not fully know which names the pattern matches. */
  readonly isOpen: boolean;
}

/** The permissions of a caller, by the patterns that give them. */
export interface View {
  readonly access: Access;
  readonly caller: Caller;
  readonly indices: ReadonlyMap<string, Given>;
  readonly cluster: ActionSet;
  readonly listTenants: () => ReadonlyMap<string, "read" | "write">;
  /** Everything that makes it an administrator of the security configuration. */
  readonly administers: readonly Administration[];
  /** Callers with an equal text have the same permissions on indices. Undefined if variables decide. */
  readonly sameIndices: string | undefined;
  /** The same for tenants. Equal texts on both sides mean no change. */
  readonly sameTenants: string | undefined;
  /** The same for restrictions of documents and fields: whatever decides about them, as text. */
  readonly sameSights: string;
}

/** A role or permission that opens the REST API of the security configuration. */
interface Administration {
  /** One of the endpoints; `*` for all of them. */
  readonly endpoint: string;
  readonly by: string;
  /** The reason why it is not certain. Absent if it is. */
  readonly perhaps?: string | undefined;
}

/** The roles that open the REST API, and the names of all tenants. */
export interface Surroundings {
  readonly restApiRoles: readonly string[];
  readonly tenants: readonly string[];
}

/** Makes the view of a caller on one side. */
export type ViewMaker = (caller: Caller) => View;

/** Returns a function that makes the views of one side. It reads each role once. */
export function createViewMaker(access: Access, actions: Actions, surroundings: Surroundings): ViewMaker {
  const readOnce = rememberShares(access, actions, surroundings.tenants);
  const everyTenant = JSON.stringify([
    access.dynamic.hasPrivateTenant,
    [...(access.documents.get("tenants")?.keys() ?? [])].toSorted(),
  ]);
  return (caller) => {
    const isIn = caller.obstacle === undefined;
    const roles = isIn ? caller.roles.filter(({ doubt }) => doubt === undefined) : [];
    const sure: Caller = { ...caller, roles };
    const shares = roles.flatMap(({ name }) => readOnce(name) ?? []);
    return {
      access,
      caller: sure,
      indices: collectIndices(access, sure, shares),
      cluster: collectCluster(access, sure, shares) & actions.cluster,
      listTenants: () => (isIn ? collectTenants(access, sure, shares, surroundings.tenants) : new Map()),
      administers: findAdministration(access, sure, shares, surroundings.restApiRoles),
      sameIndices: shares.some(({ hasVariables: has }) => has)
        ? undefined
        : JSON.stringify(roles.map(({ name }) => name)),
      sameSights: JSON.stringify([
        caller.identity,
        caller.attributes,
        shares.map(({ role, sights }) => [role, sights]),
      ]),
      sameTenants: shares.some(({ tenantRules }) => hasVariables(tenantRules))
        ? undefined
        : JSON.stringify([everyTenant, isIn, shares.map(({ role, tenantRules }) => [role, tenantRules])]),
    };
  };
}

function collectIndices(access: Access, caller: Caller, shares: readonly Share[]): Map<string, Given> {
  const found = new Map<string, Given>();
  for (const { patterns } of shares)
    for (const { pattern, glob: fixed, actions, rules } of patterns) {
      const read = fixed ?? toGlob(access, caller, pattern);
      const { glob, isOpen } = read;
      const given = found.get(glob);
      if (given === undefined) found.set(glob, { shown: chooseShown(pattern, read), actions, rules, isOpen });
      else {
        given.actions |= actions;
        given.rules += rules;
      }
    }
  return found;
}

/**
 * A variable whose value is a wildcard is shown with this value, because it matches more than the variable seems
 * to. Other values stay variables, so that users with an index of their own share one effect.
 */
function chooseShown(pattern: string, { glob, isOpen, expression }: Glob): string {
  if (expression !== undefined) return expression;
  return hasVariables(pattern) && !isOpen && !isLiteral(glob) ? glob : pattern;
}

function collectCluster({ generation }: Access, caller: Caller, shares: readonly Share[]): ActionSet {
  if (caller.isServiceAccount && generation.knowsServiceAccounts) return 0n;
  return shares.reduce((set, { cluster }) => set | cluster, 0n);
}

function collectTenants(
  access: Access,
  caller: Caller,
  shares: readonly Share[],
  tenants: readonly string[],
): Map<string, "read" | "write"> {
  if (!caller.roles.some(({ name }) => mayHaveTenants(access, name))) return new Map();
  const implicit = access.generation.globalTenantRoles;
  const asked = new Set([globalTenant, caller.identity.name, ...shares.flatMap((one) => [...one.tenants])]);
  const found = new Map<string, "read" | "write">();
  for (const tenant of tenants) {
    if (!asked.has(tenant)) continue;
    const giving = new Set(shares.filter((share) => share.tenants.has(tenant)).map(({ role }) => role));
    const roles = caller.roles.filter(({ name }) => giving.has(name) || implicit.includes(name));
    const { read, write } = findTenantAccess(access, { ...caller, roles }, tenant);
    if (write.is === "yes") found.set(tenant, "write");
    else if (read.is === "yes") found.set(tenant, "read");
  }
  return found;
}

/** True if a role gives access to tenants. */
export function mayHaveTenants({ documents, generation }: Access, role: string): boolean {
  const given = documents.get("roles")?.get(role)?.["tenant_permissions"];
  return generation.globalTenantRoles.includes(role) || (Array.isArray(given) && given.length > 0);
}

function findAdministration(
  access: Access,
  caller: Caller,
  shares: readonly Share[],
  restApiRoles: readonly string[],
): Administration[] {
  const gate = caller.roles.filter(({ name }) => restApiRoles.includes(name)).map(describeGate);
  if (!shares.some(({ mayAdminister }) => mayAdminister)) return gate;
  const explicit = [...adminEndpoints, ...limitedEndpoints].flatMap((endpoint): Administration[] => {
    const found = findExplicitPermission(access, caller, `restapi:admin/${endpoint}`);
    if (found.is === "no") return [];
    if (found.is === "unsure")
      return [{ endpoint, by: "an expression in its permissions", perhaps: found.reason.text }];
    return [{ endpoint, by: `permission ${found.chain.at(-1)!.value}` }];
  });
  return [...gate, ...explicit];
}

/** `users "*" → all_access`. */
function describeGate({ name, chain }: MappedRole): Administration {
  const { pointer, value } = chain[0]!;
  const field = pointer.split("/")[1] ?? "";
  const by = `${field.replace("opendistro_security_roles", "own roles")} ${JSON.stringify(value)} → ${name}`;
  return { endpoint: "*", by };
}
