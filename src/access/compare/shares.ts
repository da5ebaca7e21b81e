import { readTexts } from "../documents.ts";
import type { Access } from "../effective/access.ts";
import { listAt, resolvePermissions, type Block, type Permission, type Role } from "../effective/roles.ts";
import type { Caller } from "../effective/subject.ts";
import { hasVariables, renderVariables } from "../effective/variables.ts";
import { memoize, memoizeTexts } from "../../value/memoize.ts";
import { isExpression, isLiteral, readPattern } from "../match-pattern.ts";
import { adminEndpoints, limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import { rememberReach, type Reach } from "./reach.ts";

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
  /** True if it surely matches all names that an example of `fillGlob` stands for. */
  readonly covers: (example: string) => boolean;
}

/** Returns an example for all names that a pattern matches. Its characters are in no pattern. */
export function fillGlob(glob: string): string {
  return glob.replaceAll(/\*+/g, "\u{e000}").replaceAll("?", "\u{e001}");
}

/** Finds the index names that a pattern stands for, for a caller if it has variables. */
export type ReadNames = (pattern: string, caller: Caller | undefined) => Names;

/**
 * Returns a function that finds the index names that a pattern stands for. It reads a pattern without variables
 * once. The same server version reads those of both sides.
 */
export function createNameReader(access: Access): ReadNames {
  const findReach = rememberReach(access);
  const read: ReadNames = (pattern, caller) => {
    const found = toGlob(access, caller, pattern);
    const { glob, isOpen } = found;
    const shown = chooseShown(pattern, found);
    return { glob, shown, isOpen, reach: findReach(glob, shown), covers: readCover(glob) };
  };
  const readFixed = memoizeTexts((pattern) => read(pattern, undefined));
  return (pattern, caller) => (hasVariables(pattern) ? read(pattern, caller) : readFixed(pattern));
}

function readCover(glob: string): Names["covers"] {
  const test = readPattern(glob);
  return (example) => !glob.includes("?") && test(example) === "yes";
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
  const tools: Tools = {
    readNames,
    unite: memoize((permissions) =>
      permissions.reduce((set, { pattern }) => set | actions.match(pattern), 0n),
    ),
    coverTenants: memoizeTexts((pattern) => listCoveredTenants(pattern, tenants)),
  };
  return (access, name) => {
    const role = access.findRole(name);
    if (role === undefined) return undefined;
    const share = known.get(role) ?? readShare(access, actions, role, tools);
    known.set(role, share);
    return share;
  };
}

/** What the roles share: many have the same lists of permissions, and the same patterns. */
interface Tools {
  readonly readNames: ReadNames;
  /** Unites the actions of a list of permissions. */
  readonly unite: (permissions: readonly Permission[]) => ActionSet;
  readonly coverTenants: (pattern: string) => readonly string[];
}

function readShare(
  access: Access,
  actions: Actions,
  role: Role,
  { readNames, unite, coverTenants }: Tools,
): Share {
  const patterns = role.blocks.flatMap((block) => {
    const set = unite(block.permissions) & ~actions.cluster;
    const rules = formatRules(access, block);
    return block.patterns.map(({ value }): SharedPattern => {
      const names = hasVariables(value) ? undefined : readNames(value, undefined);
      return { pattern: value, block, names, actions: set, rules };
    });
  });
  return {
    role: role.name,
    cluster: unite(role.cluster),
    patterns,
    tenants: new Set(listTenantPatterns(access, role.name).flatMap(coverTenants)),
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
    const permits = permitsSystem(permissions);
    const texts = patterns.map(({ value }) => value);
    if (permits === "explicitly") return texts;
    const isLoose = permits === "by *" && !generation.comparesNames && permissions.length > 1;
    return isLoose ? texts.filter((text) => text.startsWith(".")) : [];
  });
}

const permitsSystem = memoize((permissions: readonly Permission[]): "explicitly" | "by *" | "no" => {
  const giving = permissions.filter(
    ({ pattern }) => readPattern(pattern)("system:admin/system_index") !== "no",
  );
  if (giving.length === 0) return "no";
  return giving.some(({ pattern }) => pattern !== "*") ? "explicitly" : "by *";
});

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
      resolvePermissions(documents, permission, "allowed_actions").map(({ pattern }) => pattern),
    ]),
  );
}

function listTenantPatterns({ documents }: Access, role: string): string[] {
  const permissions = listAt(documents.get("roles")?.get(role) ?? {}, "tenant_permissions");
  return permissions.flatMap((permission) =>
    readTexts(permission, "tenant_patterns").map(({ value }) => value),
  );
}

/** Lists the tenants that a pattern may cover. With variables, it may be any. */
function listCoveredTenants(pattern: string, tenants: readonly string[]): readonly string[] {
  if (hasVariables(pattern)) return tenants;
  if (isLiteral(pattern)) return [pattern];
  const test = readPattern(pattern);
  return tenants.filter((tenant) => test(tenant) !== "no");
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
