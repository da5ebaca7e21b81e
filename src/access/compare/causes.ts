import type { AccessCause } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { KindName } from "../../model/kind-name.ts";
import { memoize } from "../../value/memoize.ts";
import type { Access } from "../effective/access.ts";
import type { Link } from "../effective/answer.ts";
import type { Permission, Role } from "../effective/roles.ts";
import type { Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import type { Share } from "./shares.ts";
import type { View } from "./view.ts";

type Entity = Pick<Link, "kind" | "name">;

/** Finds the changes that cause an effect on a caller. */
export type FindCauses = (effect: Effect) => AccessCause[];

/**
 * Returns a function that finds the changes that cause the effects on a caller, whose views before and after
 * are given: the changes of entities that give what is gained, or gave what is lost. If there are none, it
 * finds the change that creates or deletes the caller, which gains or loses what mappings give to every user;
 * else the changes of all entities that give the caller its access.
 */
export function createCauseFinder(
  actions: Actions,
  changes: readonly Change[],
): (views: readonly [View, View]) => FindCauses {
  const places = indexChanges(changes);
  const find = ({ kind, name }: Entity): number | undefined => places.get(kind)?.get(name);
  const causes = changes.map(({ kind, name, at }): AccessCause => ({ kind, name, at }));
  const pick = (entities: readonly Entity[]): AccessCause[] =>
    [...new Set(entities.flatMap((entity) => find(entity) ?? []))]
      .toSorted((a, b) => a - b)
      .map((place) => causes[place]!);
  const isCreatedOrDeleted = (entity: Entity): boolean => changes[find(entity)!]!.action !== "update";
  const pickAll = ([before, after]: readonly [View, View]): AccessCause[] => {
    const own = pick(listOwnUser(after)).filter(isCreatedOrDeleted);
    return own.length > 0 ? own : pick([before, after].flatMap(listRelated));
  };
  return (views) => {
    let all: AccessCause[] | undefined;
    return (effect) => {
      const side = effect.direction === "loss" ? views[0] : views[1];
      const direct = effect.actions === undefined ? [] : pick(listGivers(actions, side, effect));
      if (direct.length > 0) return direct;
      all ??= pickAll(views);
      return all;
    };
  };
}

/** Returns the place of each change among all changes, by the kind and the name of its entity. */
function indexChanges(changes: readonly Change[]): ReadonlyMap<KindName, ReadonlyMap<string, number>> {
  const places = new Map<KindName, Map<string, number>>();
  for (const [place, { kind, name }] of changes.entries()) {
    const named = places.get(kind) ?? new Map<string, number>();
    places.set(kind, named.set(name, place));
  }
  return places;
}

/** Lists the entities that give the caller the actions of an effect. */
function listGivers(actions: Actions, { access, caller, shares }: View, effect: Effect): Entity[] {
  return shares.flatMap((share) => {
    const giving = findGiving(actions, access, share, effect);
    if (giving.length === 0) return [];
    const { chain } = caller.roles.find(({ name }) => name === share.role)!;
    return [...chain, { kind: "roles", name: share.role }, ...listGroups(giving)];
  });
}

/** Finds the permissions of a role that give actions of an effect on its names. */
function findGiving(
  { match }: Actions,
  access: Access,
  { role, patterns }: Share,
  { actions: wanted = 0n, globs }: Effect,
): Permission[] {
  const giving = patterns.filter(
    ({ names, actions }) => (actions & wanted) !== 0n && (names === undefined || globs?.has(names.glob)),
  );
  const permissions =
    globs === undefined
      ? listPermissions(access.findRole(role)!)
      : [...new Set(giving.map(({ block }) => block))].flatMap((block) => block.permissions);
  return permissions.filter(({ pattern }) => (match(pattern) & wanted) !== 0n);
}

function listOwnUser({ caller: { subject } }: View): Entity[] {
  return subject.kind === "user" ? [{ kind: "internalusers", name: subject.name }] : [];
}

/** Lists the entities that give the caller its access. */
function listRelated(view: View): Entity[] {
  const { access, caller } = view;
  return [
    ...listOwnUser(view),
    ...caller.roles.flatMap(({ name, chain }) => [
      ...chain,
      { kind: "roles", name } as const,
      { kind: "rolesmapping", name } as const,
      ...findGroups(access.findRole(name)),
    ]),
  ];
}

/** Lists the groups that a role names, directly or not. Many callers have the same role. */
function findGroups(role: Role | undefined): readonly Entity[] {
  return role === undefined ? [] : findGroupsOnce(role);
}

const findGroupsOnce = memoize((role: Role): readonly Entity[] => {
  const groups = listGroups(listPermissions(role));
  return [...new Map(groups.map((group) => [group.name, group])).values()];
});

function listPermissions({ cluster, blocks }: Role): Permission[] {
  return [cluster, ...blocks.map((block) => block.permissions)].flat();
}

function listGroups(permissions: readonly Permission[]): Entity[] {
  return permissions.flatMap(({ groups }) => groups);
}
