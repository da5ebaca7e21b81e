import { isDeepStrictEqual } from "node:util";
import type { Access } from "../effective/access.ts";
import type { Link } from "../effective/answer.ts";
import { findExplicitPermission } from "../effective/permissions.ts";
import type { Caller, MappedRole } from "../effective/subject.ts";
import { findTenantAccess, globalTenant } from "../effective/tenants.ts";
import { hasVariables } from "../effective/variables.ts";
import { adminEndpoints, limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import {
  createNameReader,
  rememberShares,
  type Names,
  type ReadNames,
  type Share,
  type SharedPattern,
} from "./shares.ts";

/** The permissions of a caller by one pattern of index names. */
export interface Given {
  readonly names: Names;
  readonly actions: ActionSet;
  /** The restrictions of the pattern, as text. */
  readonly rules: string;
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
  /** What its roles give, in their order. */
  readonly shares: readonly Share[];
}

/** A role or permission that opens the REST API of the security configuration. */
export interface Administration {
  /** One of the endpoints; `*` for all of them. */
  readonly endpoint: string;
  readonly by: string;
  /** The entries that give it; absent if osac is not certain. */
  readonly chain?: readonly Link[] | undefined;
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

/** Returns the functions that make the views of both sides. They read each role once. */
export function createViewMakers(
  sides: readonly [Access, Access],
  actions: Actions,
  surroundings: Surroundings,
): readonly [ViewMaker, ViewMaker] {
  const readNames = createNameReader(sides[0]);
  const readShare = rememberShares(actions, surroundings.tenants, readNames);
  const createMaker =
    (access: Access): ViewMaker =>
    (caller) => {
      const isIn = caller.obstacle === undefined;
      const roles = isIn ? caller.roles.filter(({ doubt }) => doubt === undefined) : [];
      const sure: Caller = { ...caller, roles };
      const shares = roles.flatMap(({ name }) => readShare(access, name) ?? []);
      return {
        access,
        caller: sure,
        shares,
        indices: collectIndices(sure, shares, readNames),
        cluster: collectCluster(access, sure, shares) & actions.cluster,
        listTenants: () => (isIn ? collectTenants(access, sure, shares, surroundings.tenants) : new Map()),
        administers: findAdministration(access, sure, shares, surroundings.restApiRoles),
        sameIndices: shares.some(({ hasVariables: has }) => has)
          ? undefined
          : JSON.stringify(roles.map(({ name }) => name)),
      };
    };
  return [createMaker(sides[0]), createMaker(sides[1])];
}

/** True if everything that decides about restrictions of documents and fields is the same on both sides. */
export function haveSameSights(before: View, after: View): boolean {
  return (
    isSameCaller(before.caller, after.caller) &&
    areSame(
      before.shares,
      after.shares,
      (one, other) => one.role === other.role && areSame(one.patterns, other.patterns, hasSameSight),
    )
  );
}

/** The blocks of a role count one by one. */
function hasSameSight(one: SharedPattern, other: SharedPattern): boolean {
  return (
    one.pattern === other.pattern && one.rules === other.rules && one.block.pointer === other.block.pointer
  );
}

/** The name and the attributes of a caller are the values of variables. */
function isSameCaller(one: Caller, other: Caller): boolean {
  return (
    isDeepStrictEqual(one.identity, other.identity) && isDeepStrictEqual(one.attributes, other.attributes)
  );
}

/** True if everything that decides about tenants is the same on both sides. Variables may differ. */
export function haveSameTenants(before: View, after: View): boolean {
  return (
    before.access.dynamic.hasPrivateTenant === after.access.dynamic.hasPrivateTenant &&
    (before.caller.obstacle === undefined) === (after.caller.obstacle === undefined) &&
    haveSameKeys(before.access.documents.get("tenants"), after.access.documents.get("tenants")) &&
    !before.shares.some(({ tenantRules }) => hasVariables(tenantRules)) &&
    areSame(
      before.shares,
      after.shares,
      (one, other) => one.role === other.role && one.tenantRules === other.tenantRules,
    )
  );
}

function areSame<One>(
  before: readonly One[],
  after: readonly One[],
  isSame: (one: One, other: One) => boolean,
): boolean {
  return (
    before.length === after.length &&
    before.every((one, place) => one === after[place] || isSame(one, after[place]!))
  );
}

function haveSameKeys(one: ReadonlyMap<string, unknown> = new Map(), other: typeof one = new Map()): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

function collectIndices(caller: Caller, shares: readonly Share[], readNames: ReadNames): Map<string, Given> {
  const found = new Map<string, Given>();
  for (const { patterns } of shares)
    for (const one of patterns) {
      const given = isFixed(one) ? one : { ...one, names: readNames(one.pattern, caller) };
      const { glob } = given.names;
      const former = found.get(glob);
      found.set(glob, former === undefined ? given : join(former, given));
    }
  return found;
}

function isFixed(one: SharedPattern): one is SharedPattern & Given {
  return one.names !== undefined;
}

function join({ names, actions, rules }: Given, other: Given): Given {
  return { names, actions: actions | other.actions, rules: rules + other.rules };
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
  const gate = findGates(caller, restApiRoles);
  if (!shares.some(({ mayAdminister }) => mayAdminister)) return gate;
  return [...gate, ...findExplicit(access, caller)];
}

/** Lists everything that makes a caller an administrator of the security configuration. */
export function listAdministration(
  access: Access,
  caller: Caller,
  restApiRoles: readonly string[],
): Administration[] {
  if (caller.obstacle !== undefined) return [];
  const sure = { ...caller, roles: caller.roles.filter(({ doubt }) => doubt === undefined) };
  return [...findGates(sure, restApiRoles), ...findExplicit(access, sure)];
}

function findGates({ roles }: Caller, restApiRoles: readonly string[]): Administration[] {
  return roles.filter(({ name }) => restApiRoles.includes(name)).map(describeGate);
}

function findExplicit(access: Access, caller: Caller): Administration[] {
  return [...adminEndpoints, ...limitedEndpoints].flatMap((endpoint): Administration[] => {
    const found = findExplicitPermission(access, caller, `restapi:admin/${endpoint}`);
    if (found.is === "no") return [];
    if (found.is === "unsure")
      return [{ endpoint, by: "an expression in its permissions", perhaps: found.reason.text }];
    return [{ endpoint, by: `permission ${found.chain.at(-1)!.value}`, chain: found.chain }];
  });
}

/** `users "*" → all_access`. */
function describeGate({ name, chain }: MappedRole): Administration {
  const { pointer, value } = chain[0]!;
  const field = pointer.split("/")[1] ?? "";
  const by = `${field.replace("opendistro_security_roles", "own roles")} ${JSON.stringify(value)} → ${name}`;
  return { endpoint: "*", by, chain };
}
