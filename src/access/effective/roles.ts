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
 * Resolves a list of actions and groups. A group stands for its members and, harmlessly, for its own name.
 */
export function resolvePermissions(
  documents: Documents,
  role: string,
  body: Body,
  field: string,
  below: string,
): Permission[] {
  const groups = documents.get("actiongroups");
  const found = new Map<string, Permission>();
  let open: Permission[] = readTexts(body, field).map(({ value }, index) => ({
    pattern: value,
    chain: [{ kind: "roles", name: role, pointer: `${below}/${field}/${index}`, value }],
  }));
  // The loop goes level by level, so that the first chain to a pattern is one of the shortest.
  while (open.length > 0) {
    const fresh = open.filter(({ pattern }) => !found.has(pattern));
    for (const permission of fresh)
      if (!found.has(permission.pattern)) found.set(permission.pattern, permission);
    open = fresh.flatMap(({ pattern, chain }) =>
      readTexts(groups?.get(pattern), "allowed_actions").map(({ value }, index) => ({
        pattern: value,
        chain: [
          ...chain,
          { kind: "actiongroups", name: pattern, pointer: `/allowed_actions/${index}`, value } as const,
        ],
      })),
    );
  }
  return [...found.values()];
}
