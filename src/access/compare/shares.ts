import { readTexts } from "../documents.ts";
import type { Access } from "../effective/access.ts";
import { listAt, resolvePermissions, type Block, type Permission, type Role } from "../effective/roles.ts";
import type { Caller } from "../effective/subject.ts";
import { hasVariables, renderVariables } from "../effective/variables.ts";
import { isExpression, isLiteral, readPattern } from "../match-pattern.ts";
import { adminEndpoints, limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { FindReach, Reach } from "./reach.ts";

/** What one role gives to every caller that has it. */
export interface Share {
  readonly role: string;
  readonly cluster: ActionSet;
  readonly patterns: readonly SharedPattern[];
  /** The tenants that it may give access to. */
  readonly tenants: ReadonlySet<string>;
  /** Its permissions on tenants, as text. */
  readonly tenantRules: string;
  /** True if it may make a caller an administrator by a permission. */
  readonly mayAdminister: boolean;
  readonly hasVariables: boolean;
  /** The patterns with the explicit permission for system indices. */
  readonly systemPatterns: readonly string[];
}

export interface SharedPattern {
  readonly pattern: string;
  readonly block: Block;
  /** Undefined if the pattern depends on the caller. */
  readonly names: Names | undefined;
  readonly actions: ActionSet;
  readonly rules: string;
}

/** The index names that a pattern stands for. */
export interface Names {
  readonly glob: string;
  /** The pattern as the file has it, unless a variable makes it match more. */
  readonly shown: string;
  /** True if osac does not fully know which names the pattern matches. */
  readonly isOpen: boolean;
  readonly reach: Reach;
}

/** Finds the index names that a pattern stands for, for a caller if it has variables. */
export type ReadNames = (access: Access, caller: Caller | undefined, pattern: string) => Names;

/** Returns a function that finds the index names that a pattern stands for, on either side. */
export function createNameReader(findReach: FindReach): ReadNames {
  return (access, caller, pattern) => {
    const read = toGlob(access, caller, pattern);
    const { glob, isOpen } = read;
    const shown = chooseShown(pattern, read);
    return { glob, shown, isOpen, reach: findReach(glob, shown) };
  };
}

/**
 * A variable whose value is a wildcard is shown with this value, because it matches more than the variable seems
 * to. Other values stay variables, so that users with an index of their own share one effect.
 */
function chooseShown(pattern: string, { glob, isOpen, expression }: Glob): string {
  if (expression !== undefined) return expression;
  return hasVariables(pattern) && !isOpen && !isLiteral(glob) ? glob : pattern;
}

interface Glob {
  readonly glob: string;
  readonly isOpen: boolean;
  /** The expression that the pattern is, perhaps by the value of a variable. */
  readonly expression?: string;
}

/** Reads what a role gives on one side; undefined if there is no role of this name. */
export type ReadShare = (access: Access, role: string) => Share | undefined;

/** Returns a function that reads what a role gives. It reads a role that is the same on both sides once. */
export function rememberShares(
  actions: Actions,
  tenants: readonly string[],
  readNames: ReadNames,
): ReadShare {
  const known = new Map<Role, Share>();
  return (access, name) => {
    const role = access.findRole(name);
    if (role === undefined) return undefined;
    const share = known.get(role) ?? readShare(access, actions, role, { tenants, readNames });
    known.set(role, share);
    return share;
  };
}

interface Surroundings {
  readonly tenants: readonly string[];
  readonly readNames: ReadNames;
}

function readShare(
  access: Access,
  actions: Actions,
  role: Role,
  { tenants, readNames }: Surroundings,
): Share {
  const patterns = role.blocks.flatMap((block) => {
    const set = unite(actions, block.permissions) & ~actions.cluster;
    const rules = formatRules(access, block);
    return block.patterns.map(({ value }): SharedPattern => {
      const names = hasVariables(value) ? undefined : readNames(access, undefined, value);
      return { pattern: value, block, names, actions: set, rules };
    });
  });
  return {
    role: role.name,
    cluster: unite(actions, role.cluster),
    patterns,
    tenants: new Set(listCoveredTenants(access, role.name, tenants)),
    tenantRules: formatTenantRules(access, role.name),
    mayAdminister: role.cluster.some(({ pattern }) => pattern !== "*" && mayMatchEndpoint(access, pattern)),
    hasVariables: patterns.some(({ names, rules }) => names === undefined || hasVariables(rules)),
    systemPatterns: listSystemPatterns(access, role),
  };
}

/**
 * Lists the patterns with the explicit permission for system indices. A bare `*` does not give it; up to
 * 2.18, `*` beside another permission does, so there only patterns for names with a dot count.
 */
function listSystemPatterns({ generation }: Access, { blocks }: Role): string[] {
  return blocks.flatMap(({ patterns, permissions }) => {
    const texts = patterns.map(({ value }) => value);
    if (permitsSystem(permissions.filter(({ pattern }) => pattern !== "*"))) return texts;
    const isLoose = !generation.comparesNames && permissions.length > 1 && permitsSystem(permissions);
    return isLoose ? texts.filter((text) => text.startsWith(".")) : [];
  });
}

function permitsSystem(permissions: readonly Permission[]): boolean {
  return permissions.some(({ pattern }) => readPattern(pattern)("system:admin/system_index") !== "no");
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

/** Returns the permissions of a role on tenants as text. */
export function formatTenantRules({ documents }: Access, role: string): string {
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
function toGlob(access: Access, caller: Caller | undefined, pattern: string): Glob {
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
