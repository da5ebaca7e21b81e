import { isClusterAction } from "../effective/actions.ts";
import type { Generation } from "../effective/generation.ts";
import { operations } from "../effective/operations.ts";
import { memoizeTexts } from "../../value/memoize.ts";
import { isExpression, readPattern } from "../match-pattern.ts";

/** A set of actions: bit n stands for the action n of the list. */
export type ActionSet = bigint;

/**
 * The actions that some permissions distinguish: those of everyday operations, and for each permission one
 * action that stands for all that only this permission could match.
 */
export interface Actions {
  readonly list: readonly Action[];
  /**
   * The actions that the server looks up in cluster permissions; it looks up all others in index permissions.
   */
  readonly cluster: ActionSet;
  /** Returns the actions that a permission matches. */
  readonly match: (permission: string) => ActionSet;
  /** Returns the actions that stand for a permission as a whole: who has them has all that it matches. */
  readonly whole: (permission: string) => ActionSet;
}

export interface Action {
  /** The name of the action in the server; private characters stand for the unknown part of a permission. */
  readonly action: string;
  /** The name of the action in reports. */
  readonly shown: string;
}

/** No permission names these characters, so only a `*` matches all nine. */
const unknownPart = "\u{e000}\u{e001}\u{e002}\u{e003}\u{e004}\u{e005}\u{e006}\u{e007}\u{e008}";

/** Cluster actions of different areas. Who has most of them has nearly all of `cluster:admin/*`. */
export const administrationSamples = [
  "cluster:admin/component_template/put",
  "cluster:admin/decommission/awareness/put",
  "cluster:admin/indices/dangling/delete",
  "cluster:admin/ingest/pipeline/put",
  "cluster:admin/repository/put",
  "cluster:admin/reroute",
  "cluster:admin/script/put",
  "cluster:admin/settings/update",
  "cluster:admin/snapshot/restore",
  "cluster:admin/tasks/cancel",
  "cluster:admin/voting_config/add_exclusions",
];

/** Permissions that always get an action of their own, even if no role names them. */
const alwaysAsked = [
  "*",
  "cluster:*",
  "cluster:monitor/*",
  "cluster:admin/*",
  ...administrationSamples,
  "indices:admin/template/*",
  "indices:admin/index_template/*",
  "indices:data/read/scroll*",
  "indices:data/read/msearch*",
  "indices:data/read/*",
  "indices:data/write/*",
  "indices:admin/*",
  "indices:monitor/*",
];

export function collectActions(permissions: Iterable<string>, generation: Generation): Actions {
  const list = new Map<string, Action>();
  for (const operation of Object.values(operations))
    for (const action of [...operation.cluster, ...operation.index])
      list.set(action, { action, shown: action });
  for (const permission of [...alwaysAsked, ...permissions])
    for (const action of listWitnesses(permission))
      if (!list.has(action)) list.set(action, { action, shown: permission });
  const all = [...list.values()];
  return {
    list: all,
    cluster: toSet(all, ({ action }) => isClusterAction(action, generation)),
    match: memoizeTexts((permission) => findMatches(all, permission)),
    whole: memoizeTexts((permission) => {
      const witnesses = listWitnesses(permission);
      return toSet(all, ({ action }) => witnesses.includes(action));
    }),
  };
}

/** A `*` stands for no character, one character or many. No `?` distinguishes longer texts. */
function listWitnesses(permission: string): string[] {
  if (isExpression(permission)) return [`\u{e010}${permission}`];
  if (!permission.includes("?")) return [permission.replaceAll(/\*+/g, unknownPart)];
  const one = permission.replaceAll("?", "\u{e000}");
  return ["", "\u{e001}", unknownPart].map((part) => one.replaceAll(/\*+/g, part));
}

/** An expression that JavaScript cannot run matches at least its own action. */
function findMatches(all: readonly Action[], permission: string): ActionSet {
  const test = readPattern(permission);
  return toSet(
    all,
    ({ action }) => (isExpression(permission) && action.slice(1) === permission) || test(action) === "yes",
  );
}

function toSet(all: readonly Action[], isMember: (action: Action) => boolean): ActionSet {
  return all.reduce((set, action, place) => (isMember(action) ? set | (1n << BigInt(place)) : set), 0n);
}

/** Lists the actions of a set. */
export function listMembers({ list }: Actions, set: ActionSet): Action[] {
  return list.filter((_, place) => (set >> BigInt(place)) & 1n);
}
