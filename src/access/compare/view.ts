import type { Access } from "../effective/access.ts";
import { findExplicitPermission } from "../effective/permissions.ts";
import type { Block, Permission } from "../effective/roles.ts";
import type { Caller, MappedRole } from "../effective/subject.ts";
import { findTenantAccess } from "../effective/tenants.ts";
import { hasVariables, renderVariables } from "../effective/variables.ts";
import { isExpression } from "../match-pattern.ts";
import { adminEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";

/** The permissions of a caller by one pattern of index names. */
export interface Given {
  /** The pattern as the file has it. */
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
  readonly tenants: ReadonlyMap<string, "read" | "write">;
  /** The roles or permissions that make it an administrator of the security configuration. */
  readonly administers: readonly string[];
}

/** The roles that open the REST API, and the names of all tenants. */
export interface Surroundings {
  readonly restApiRoles: readonly string[];
  readonly tenants: readonly string[];
}

export function makeView(
  access: Access,
  caller: Caller,
  actions: Actions,
  { restApiRoles, tenants }: Surroundings,
): View {
  const isIn = caller.obstacle === undefined;
  const roles = isIn ? caller.roles.filter(({ doubt }) => doubt === undefined) : [];
  const sure: Caller = { ...caller, roles };
  return {
    access,
    caller: sure,
    indices: collectIndices(access, sure, actions),
    cluster: collectCluster(access, sure, actions),
    tenants: isIn ? collectTenants(access, sure, tenants) : new Map(),
    administers: findAdministration(access, sure, restApiRoles),
  };
}

function collectIndices(access: Access, caller: Caller, actions: Actions): Map<string, Given> {
  const found = new Map<string, Given>();
  for (const role of caller.roles)
    for (const block of access.findRole(role.name)?.blocks ?? []) {
      const set = unite(actions, block.permissions) & ~actions.cluster;
      for (const { value } of block.patterns) addPattern(access, caller, found, block, value, set);
    }
  return found;
}

function addPattern(
  access: Access,
  caller: Caller,
  found: Map<string, Given>,
  block: Block,
  pattern: string,
  actions: ActionSet,
): void {
  const { glob, isOpen } = toGlob(access, caller, pattern);
  const given = found.get(glob) ?? { shown: pattern, actions: 0n, rules: "", isOpen };
  given.actions |= actions;
  const { query, fields, masks, role } = block;
  if (query !== undefined || fields.length + masks.length > 0)
    given.rules += JSON.stringify([role, query ?? null, fields, masks]);
  found.set(glob, given);
}

/**
 * Returns the pattern as a glob. A part that depends on the day, the caller or Java becomes a word that only
 * a `*` matches, so two equal parts are the same.
 */
function toGlob(access: Access, caller: Caller, pattern: string): { glob: string; isOpen: boolean } {
  if (pattern === "_all") return { glob: access.generation.comparesNames ? pattern : "*", isOpen: false };
  if (isExpression(pattern)) return { glob: toWord(pattern), isOpen: true };
  if (pattern.startsWith("<") && pattern.endsWith(">"))
    return { glob: pattern.slice(1, -1).replaceAll(/\{.*\}/g, toWord), isOpen: true };
  if (!hasVariables(pattern)) return { glob: pattern, isOpen: false };
  const rendered = renderVariables(access, caller, pattern);
  if (typeof rendered === "string")
    return isExpression(rendered)
      ? { glob: toWord(rendered), isOpen: true }
      : { glob: rendered, isOpen: false };
  return { glob: pattern.replaceAll(/\$\{[^}]*\}/g, toWord), isOpen: true };
}

/** Has at least three characters, so that no `?` matches it. */
function toWord(text: string): string {
  const codes = [...text].map((character) => String.fromCodePoint(0xf0000 + character.codePointAt(0)!));
  return ["\u{e020}\u{e021}", ...codes].join("");
}

function unite({ match }: Actions, permissions: readonly Permission[]): ActionSet {
  return permissions.reduce((set, { pattern }) => set | match(pattern), 0n);
}

function collectCluster(access: Access, caller: Caller, actions: Actions): ActionSet {
  if (caller.isServiceAccount && access.generation.knowsServiceAccounts) return 0n;
  return (
    caller.roles.reduce((set, { name }) => set | unite(actions, access.findRole(name)?.cluster ?? []), 0n) &
    actions.cluster
  );
}

function collectTenants(
  access: Access,
  caller: Caller,
  tenants: readonly string[],
): Map<string, "read" | "write"> {
  if (!caller.roles.some(({ name }) => mayHaveTenants(access, name))) return new Map();
  return new Map(
    tenants.flatMap((tenant): (readonly [string, "read" | "write"])[] => {
      const { read, write } = findTenantAccess(access, caller, tenant);
      if (write.is === "yes") return [[tenant, "write"]];
      return read.is === "yes" ? [[tenant, "read"]] : [];
    }),
  );
}

/** True if a role gives access to tenants. */
export function mayHaveTenants({ documents, generation }: Access, role: string): boolean {
  const given = documents.get("roles")?.get(role)?.["tenant_permissions"];
  return generation.globalTenantRoles.includes(role) || (Array.isArray(given) && given.length > 0);
}

function findAdministration(access: Access, caller: Caller, restApiRoles: readonly string[]): string[] {
  const gate = caller.roles.filter(({ name }) => restApiRoles.includes(name)).map(describeGate);
  const explicit = adminEndpoints.flatMap((endpoint) => {
    const found = findExplicitPermission(access, caller, `restapi:admin/${endpoint}`);
    return found.is === "yes" ? [`permission ${found.chain.at(-1)!.value}`] : [];
  });
  return [...gate, ...new Set(explicit)];
}

/** `users "*" → all_access`. */
function describeGate({ name, chain }: MappedRole): string {
  const { pointer, value } = chain[0]!;
  const field = pointer.split("/")[1] ?? "";
  return `${field.replace("opendistro_security_roles", "own roles")} ${JSON.stringify(value)} → ${name}`;
}
