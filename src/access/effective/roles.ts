import { memoize, memoizeTexts } from "../../value/memoize.ts";
import { isRecord } from "../../value/record.ts";
import type { Body, Value } from "../../model/value.ts";
import { toShownText, readTexts, type Documents } from "../documents.ts";
import { isExpression, matches } from "../match-pattern.ts";
import type { Link } from "./answer.ts";

/** A role with its action groups resolved. */
export interface Role {
  readonly name: string;
  readonly cluster: readonly Permission[];
  readonly blocks: readonly Block[];
  /**
   * True if the role has an expression that the server may refuse; it then drops more than this one entry.
   */
  readonly isDoubtful: boolean;
}

/** A pattern of actions that a list gives. Equal lists of roles have the same permissions. */
export interface Permission {
  readonly pattern: string;
  /** The entry of the list that gives it: its position, and its text. */
  readonly entry: number;
  readonly text: string;
  /** The entries of action groups from there to the pattern. */
  readonly groups: readonly Link[];
}

/** One entry of `index_permissions`. */
export interface Block {
  readonly role: string;
  readonly pointer: string;
  readonly patterns: readonly Pattern[];
  readonly permissions: readonly Permission[];
  readonly query: string | undefined;
  readonly fields: readonly string[];
  readonly masks: readonly string[];
}

/** One pattern of index names, as the file has it. */
export interface Pattern {
  readonly value: string;
  readonly link: Link;
}

export function compileRole(documents: Documents, name: string, body: Body): Role {
  const cluster = resolvePermissions(documents, body, "cluster_permissions");
  const blocks = listAt(body, "index_permissions").map((block, index) =>
    compileBlock(documents, name, block, `/index_permissions/${index}`),
  );
  const isDoubtful = [cluster, ...blocks.map(({ permissions }) => permissions)].some(isUnreadableList);
  return { name, cluster, blocks, isDoubtful };
}

const isUnreadableList = memoize((permissions: readonly Permission[]) =>
  permissions.some(({ pattern }) => isUnreadable(pattern)),
);

/** True if JavaScript has no equal of an expression, perhaps because Java refuses it, too. */
function isUnreadable(pattern: string): boolean {
  return isExpression(pattern) && matches(pattern, "a") === "unsure";
}

function compileBlock(documents: Documents, role: string, body: Body, pointer: string): Block {
  return {
    role,
    pointer,
    patterns: readTexts(body, "index_patterns").map(({ value }, index) => ({
      value,
      link: { kind: "roles", name: role, pointer: `${pointer}/index_patterns/${index}`, value },
    })),
    permissions: resolvePermissions(documents, body, "allowed_actions"),
    query: toShownText(body["dls"])?.value.trim() === "" ? undefined : toShownText(body["dls"])?.value,
    fields: readTexts(body, "fls").map(({ value }) => value),
    masks: readTexts(body, "masked_fields").map(({ value }) => value),
  };
}

/** Returns the items of a list that are objects. */
export function listAt(body: Body, field: string): Body[] {
  const list: Value | undefined = body[field];
  return Array.isArray(list) ? list.filter((item): item is Body => isRecord(item)) : [];
}

/**
 * Resolves a list of actions and groups. A group stands for its members and, harmlessly, for its own name. The
 * first chain to a pattern is one of the shortest.
 */
export function resolvePermissions(
  documents: Documents,
  body: Body,
  field: PermissionField,
): readonly Permission[] {
  const texts = readTexts(body, field).map(({ value }) => value);
  return getResolver(documents.get("actiongroups") ?? noGroups)(JSON.stringify(texts));
}

type PermissionField = "cluster_permissions" | "allowed_actions";

/** Returns the chain from a list of permissions of a role, at a place below it, to one of them. */
export function linkPermission(role: string, list: string, permission: Permission): readonly Link[] {
  const { entry, text, groups } = permission;
  return [{ kind: "roles", name: role, pointer: `${list}/${entry}`, value: text }, ...groups];
}

type Groups = ReadonlyMap<string, Body>;

const noGroups: Groups = new Map();

/** A pattern, and the entries of groups that lead to it. */
type Member = Pick<Permission, "pattern" | "groups">;

/** The permissions of an entry: itself, then the members of the group, then those of its groups. */
type Levels = readonly (readonly Member[])[];

/** Resolves each list, and each action or group, once for all roles that have it. */
const getResolver = memoize((groups: Groups) => {
  const expand = memoizeTexts((name) => listLevels(groups, name));
  return memoizeTexts((list) => resolveTexts(JSON.parse(list) as string[], expand));
});

function resolveTexts(texts: readonly string[], expand: (name: string) => Levels): readonly Permission[] {
  const found = new Map<string, Permission>();
  const entries = texts.map((text, entry) => ({ text, entry, levels: expand(text) }));
  const depth = Math.max(0, ...entries.map(({ levels }) => levels.length));
  for (let level = 0; level < depth; level++)
    for (const { text, entry, levels } of entries)
      for (const { pattern, groups } of levels[level] ?? [])
        if (!found.has(pattern)) found.set(pattern, { pattern, entry, text, groups });
  return [...found.values()];
}

function listLevels(groups: Groups, name: string): Levels {
  const levels: Member[][] = [];
  const seen = new Set<string>();
  let open: Member[] = [{ pattern: name, groups: [] }];
  while (open.length > 0) {
    const fresh = open.filter(({ pattern }) => !seen.has(pattern));
    for (const { pattern } of fresh) seen.add(pattern);
    levels.push(fresh);
    open = fresh.flatMap((member) => listMembers(groups, member));
  }
  return levels;
}

/** Lists the members of a group, with their places in it. */
function listMembers(all: Groups, { pattern: name, groups }: Member): Member[] {
  return readTexts(all.get(name), "allowed_actions").map(({ value }, index) => {
    const link: Link = { kind: "actiongroups", name, pointer: `/allowed_actions/${index}`, value };
    return { pattern: value, groups: [...groups, link] };
  });
}
