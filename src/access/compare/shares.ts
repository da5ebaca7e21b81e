import { readTexts } from "../documents.ts";
import type { Access } from "../effective/access.ts";
import { listAt, resolvePermissions, type Block, type Permission, type Role } from "../effective/roles.ts";
import type { Caller } from "../effective/subject.ts";
import { hasVariables, renderVariables } from "../effective/variables.ts";
import { isExpression, isLiteral } from "../match-pattern.ts";
import { adminEndpoints, limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";

/** What one role gives to every caller that has it. */
export interface Share {
  readonly role: string;
  readonly cluster: ActionSet;
  readonly patterns: readonly SharedPattern[];
  /** The tenants that it may give access to. */
  readonly tenants: ReadonlySet<string>;
  /** Its index patterns and restrictions, as text. */
  readonly sights: string;
  /** Its permissions on tenants, as text. */
  readonly tenantRules: string;
  /** True if it may make a caller an administrator by a permission. */
  readonly mayAdminister: boolean;
  readonly hasVariables: boolean;
}

interface SharedPattern {
  readonly pattern: string;
  /** Undefined if the pattern depends on the caller. */
  readonly glob: Glob | undefined;
  readonly actions: ActionSet;
  readonly rules: string;
}

export interface Glob {
  readonly glob: string;
  readonly isOpen: boolean;
  /** The expression that the pattern is, perhaps by the value of a variable. */
  readonly expression?: string;
}

/** Returns a function that reads what a role gives. It reads each role once. */
export function rememberShares(
  access: Access,
  actions: Actions,
  tenants: readonly string[],
): (role: string) => Share | undefined {
  const known = new Map<string, Share>();
  return (name) => {
    const role = access.findRole(name);
    if (role === undefined) return undefined;
    const share = known.get(name) ?? readShare(access, actions, role, tenants);
    known.set(name, share);
    return share;
  };
}

function readShare(access: Access, actions: Actions, role: Role, tenants: readonly string[]): Share {
  const patterns = role.blocks.flatMap((block) => {
    const set = unite(actions, block.permissions) & ~actions.cluster;
    const rules = formatRules(access, block);
    return block.patterns.map(({ value }): SharedPattern => {
      const glob = hasVariables(value) ? undefined : toGlob(access, undefined, value);
      return { pattern: value, glob, actions: set, rules };
    });
  });
  return {
    role: role.name,
    cluster: unite(actions, role.cluster),
    patterns,
    tenants: new Set(listCoveredTenants(access, role.name, tenants)),
    sights: JSON.stringify(
      role.blocks.map((block) => [block.patterns.map(({ value }) => value), formatRules(access, block)]),
    ),
    tenantRules: formatTenantRules(access, role.name),
    mayAdminister: role.cluster.some(({ pattern }) => pattern !== "*" && mayMatchEndpoint(access, pattern)),
    hasVariables: patterns.some(({ glob, rules }) => glob === undefined || hasVariables(rules)),
  };
}

/** With this setting of the nodes, a block without restrictions lifts those of other roles. */
function formatRules({ settings }: Access, { query, fields, masks, role }: Block): string {
  const isOpen = query === undefined && fields.length + masks.length === 0;
  if (isOpen && !settings.dfm_empty_overrides_all) return "";
  return JSON.stringify([role, query ?? null, fields, masks]);
}

/** A second permission makes `*` count on old servers. */
function mayMatchEndpoint(access: Access, pattern: string): boolean {
  if (!access.generation.comparesNames) return true;
  if (isLiteral(pattern)) return pattern.startsWith("restapi:admin/");
  return [...adminEndpoints, ...limitedEndpoints].some(
    (endpoint) => access.matches(pattern, `restapi:admin/${endpoint}`) !== "no",
  );
}

function formatTenantRules({ documents }: Access, role: string): string {
  const permissions = listAt(documents.get("roles")?.get(role) ?? {}, "tenant_permissions");
  return JSON.stringify(
    permissions.map((permission) => [
      readTexts(permission, "tenant_patterns").map(({ value }) => value),
      resolvePermissions(documents, role, permission, "allowed_actions", "").map(({ pattern }) => pattern),
    ]),
  );
}

/** Lists the tenants that a role may cover. With variables, it may be any. */
function listCoveredTenants(access: Access, role: string, tenants: readonly string[]): readonly string[] {
  const body = access.documents.get("roles")?.get(role) ?? {};
  const patterns = listAt(body, "tenant_permissions").flatMap((permission) =>
    readTexts(permission, "tenant_patterns").map(({ value }) => value),
  );
  if (patterns.some(hasVariables)) return tenants;
  const names = new Set(patterns.filter(isLiteral));
  const wide = [...new Set(patterns.filter((pattern) => !isLiteral(pattern)))];
  if (names.size === 0 && wide.length === 0) return [];
  return tenants.filter(
    (tenant) => names.has(tenant) || wide.some((pattern) => access.matches(pattern, tenant) !== "no"),
  );
}

/**
 * Returns the pattern as a glob. A part that depends on the day, the caller or Java becomes a word that only
 * a `*` matches, so two equal parts are the same.
 */
export function toGlob(access: Access, caller: Caller | undefined, pattern: string): Glob {
  if (pattern === "_all") return { glob: access.generation.comparesNames ? pattern : "*", isOpen: false };
  if (isExpression(pattern)) return { glob: toWord(pattern), isOpen: true, expression: pattern };
  if (pattern.startsWith("<") && pattern.endsWith(">"))
    return { glob: pattern.slice(1, -1).replaceAll(/\{.*\}/g, toWord), isOpen: true };
  if (caller === undefined || !hasVariables(pattern)) return { glob: pattern, isOpen: false };
  const rendered = renderVariables(access, caller, pattern);
  if (typeof rendered === "string")
    return isExpression(rendered)
      ? { glob: toWord(rendered), isOpen: true, expression: rendered }
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
