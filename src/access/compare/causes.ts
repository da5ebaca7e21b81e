import type { AccessCause } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Access } from "../effective/access.ts";
import type { Link } from "../effective/answer.ts";
import type { Block, Permission, Role } from "../effective/roles.ts";
import { hasVariables } from "../effective/variables.ts";
import type { Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import { toGlob } from "./shares.ts";
import type { View } from "./view.ts";

type Entity = Pick<Link, "kind" | "name">;

/** Finds the changes that cause an effect on a caller, whose views before and after are given. */
export type FindCauses = (views: readonly [View, View], effect: Effect) => AccessCause[];

/**
 * Returns a function that finds the changes that cause an effect: those of entities that give what is gained,
 * or gave what is lost. If there are none, it finds the change that creates or deletes the caller, which gains
 * or loses what mappings give to every user; else the changes of all entities that give the caller its access.
 */
export function createCauseFinder(actions: Actions, changes: readonly Change[]): FindCauses {
  const places = new Map(changes.map(({ kind, name }, place) => [`${kind}/${name}`, place]));
  const pick = (entities: readonly Entity[]): AccessCause[] =>
    [...new Set(entities.flatMap(({ kind, name }) => places.get(`${kind}/${name}`) ?? []))]
      .toSorted((a, b) => a - b)
      .map((place) => {
        const { kind, name, at } = changes[place]!;
        return { kind, name, at };
      });
  const isCreatedOrDeleted = ({ kind, name }: Entity): boolean =>
    changes[places.get(`${kind}/${name}`)!]!.action !== "update";
  const find = rememberGivers(actions);
  return ([before, after], effect) => {
    const side = effect.direction === "loss" ? before : after;
    const direct = effect.actions === undefined ? [] : pick(listGivers(side, find, effect));
    if (direct.length > 0) return direct;
    const own = pick(listOwnUser(side)).filter(isCreatedOrDeleted);
    return own.length > 0 ? own : pick([before, after].flatMap(listRelated));
  };
}

type FindGivers = (access: Access, role: Role, effect: Effect) => readonly Entity[];

/** Returns a function that finds a role and its groups if they give the actions of an effect on its names. */
function rememberGivers(actions: Actions): FindGivers {
  const known = new WeakMap<Role, Map<unknown, readonly Entity[]>>();
  return (access, role, effect) => {
    const key = effect.globs ?? effect.actions;
    const sets = known.get(role) ?? new Map<unknown, readonly Entity[]>();
    const found = sets.get(key) ?? findGivers(actions, access, role, effect);
    known.set(role, sets.set(key, found));
    return found;
  };
}

function findGivers(
  { match }: Actions,
  access: Access,
  role: Role,
  { actions: wanted = 0n, globs }: Effect,
): Entity[] {
  const permissions =
    globs === undefined
      ? listPermissions(role)
      : role.blocks.filter((block) => mayFit(access, block, globs)).flatMap((block) => block.permissions);
  const giving = permissions.filter(({ pattern }) => (match(pattern) & wanted) !== 0n);
  return giving.length === 0 ? [] : [{ kind: "roles", name: role.name }, ...listGroups(giving)];
}

/** True if the block has one of the patterns. A variable may stand for any of them. */
function mayFit(access: Access, { patterns }: Block, globs: ReadonlySet<string>): boolean {
  return patterns.some(
    ({ value }) => hasVariables(value) || globs.has(toGlob(access, undefined, value).glob),
  );
}

/** Lists the entities that give the caller the actions of an effect. */
function listGivers({ access, caller }: View, find: FindGivers, effect: Effect): Entity[] {
  return caller.roles.flatMap(({ name, chain }) => {
    const role = access.findRole(name);
    const giving = role === undefined ? [] : find(access, role, effect);
    return giving.length === 0 ? [] : [...chain, ...giving];
  });
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
      ...listGroups(listPermissions(access.findRole(name))),
    ]),
  ];
}

function listPermissions(role: Role | undefined): Permission[] {
  return [role?.cluster ?? [], ...(role?.blocks ?? []).map((block) => block.permissions)].flat();
}

function listGroups(permissions: readonly Permission[]): Entity[] {
  return permissions.flatMap(({ chain }) => chain.filter(({ kind }) => kind === "actiongroups"));
}
