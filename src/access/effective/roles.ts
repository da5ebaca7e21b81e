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

/** A pattern of actions and the chain to it. */
export interface Permission {
  readonly pattern: string;
  readonly chain: readonly Link[];
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
interface Pattern {
  readonly value: string;
  readonly link: Link;
}

export function compileRole(documents: Documents, name: string, body: Body): Role {
  const cluster = resolvePermissions(documents, name, body, "cluster_permissions", "");
  const blocks = listAt(body, "index_permissions").map((block, index) =>
    compileBlock(documents, name, block, `/index_permissions/${index}`),
  );
  const permissions = [...cluster, ...blocks.flatMap((block) => block.permissions)];
  return { name, cluster, blocks, isDoubtful: permissions.some(({ pattern }) => isUnreadable(pattern)) };
}

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
    permissions: resolvePermissions(documents, role, body, "allowed_actions", pointer),
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
  role: string,
  body: Body,
  field: string,
  below: string,
): Permission[] {
  const groups = documents.get("actiongroups") ?? new Map<string, Body>();
  const found = new Map<string, Permission>();
  const entries = readTexts(body, field).map(({ value }, index): Expanded => {
    const link: Link = { kind: "roles", name: role, pointer: `${below}/${field}/${index}`, value };
    return { link, levels: expandGroup(groups, value) };
  });
  const depth = Math.max(0, ...entries.map(({ levels }) => levels.length));
  for (let level = 0; level < depth; level++)
    for (const { link, levels } of entries)
      for (const { pattern, chain } of levels[level] ?? [])
        if (!found.has(pattern)) found.set(pattern, { pattern, chain: [link, ...chain] });
  return [...found.values()];
}

type Groups = ReadonlyMap<string, Body>;

/** The permissions of an entry: itself, then the members of the group, then those of its groups. */
type Levels = readonly (readonly Permission[])[];

interface Expanded {
  readonly link: Link;
  readonly levels: Levels;
}

const expanded = new WeakMap<Groups, Map<string, Levels>>();

/** Resolves one action or group, once for all roles that name it. */
function expandGroup(groups: Groups, name: string): Levels {
  const known = expanded.get(groups) ?? new Map<string, Levels>();
  expanded.set(groups, known);
  const found = known.get(name) ?? listLevels(groups, name);
  known.set(name, found);
  return found;
}

function listLevels(groups: Groups, name: string): Levels {
  const levels: Permission[][] = [];
  const seen = new Set<string>();
  let open: Permission[] = [{ pattern: name, chain: [] }];
  while (open.length > 0) {
    const fresh = open.filter(({ pattern }) => !seen.has(pattern));
    for (const { pattern } of fresh) seen.add(pattern);
    levels.push(fresh);
    open = fresh.flatMap((permission) => listMembers(groups, permission));
  }
  return levels;
}

/** Lists the members of a group, with their places in it. */
function listMembers(groups: Groups, { pattern: name, chain }: Permission): Permission[] {
  return readTexts(groups.get(name), "allowed_actions").map(({ value }, index) => {
    const link: Link = { kind: "actiongroups", name, pointer: `/allowed_actions/${index}`, value };
    return { pattern: value, chain: [...chain, link] };
  });
}
