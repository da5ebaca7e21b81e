import type { AccessCause } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Link } from "../effective/answer.ts";
import type { Permission, Role } from "../effective/roles.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import type { View } from "./view.ts";

type Entity = Pick<Link, "kind" | "name">;

/** Finds the changes that cause an effect on a caller, whose views before and after are given. */
export type FindCauses = (views: readonly [View, View], effect: Effect) => AccessCause[];

/**
 * Returns a function that finds the changes that cause an effect: those of entities that give what is gained,
 * or gave what is lost. If there are none, it finds the changes of all entities that give the caller its access.
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
  const find = rememberGivers(actions);
  return ([before, after], effect) => {
    const side = effect.direction === "loss" ? before : after;
    const direct = effect.actions === undefined ? [] : pick(listGivers(side, find, effect.actions));
    return direct.length > 0 ? direct : pick([before, after].flatMap(listRelated));
  };
}

type FindGivers = (role: Role, wanted: ActionSet) => readonly Entity[];

/** Returns a function that finds a role and its groups if they give some actions. */
function rememberGivers(actions: Actions): FindGivers {
  const known = new WeakMap<Role, Map<ActionSet, readonly Entity[]>>();
  return (role, wanted) => {
    const sets = known.get(role) ?? new Map<ActionSet, readonly Entity[]>();
    const found = sets.get(wanted) ?? findGivers(actions, role, wanted);
    known.set(role, sets.set(wanted, found));
    return found;
  };
}

function findGivers({ match }: Actions, role: Role, wanted: ActionSet): Entity[] {
  const giving = listPermissions(role).filter(({ pattern }) => (match(pattern) & wanted) !== 0n);
  return giving.length === 0 ? [] : [{ kind: "roles", name: role.name }, ...listGroups(giving)];
}

/** Lists the entities that give the caller some actions. */
function listGivers({ access, caller }: View, find: FindGivers, wanted: ActionSet): Entity[] {
  return caller.roles.flatMap(({ name, chain }) => {
    const role = access.findRole(name);
    const giving = role === undefined ? [] : find(role, wanted);
    return giving.length === 0 ? [] : [...chain, ...giving];
  });
}

/** Lists the entities that give the caller its access. */
function listRelated({ access, caller }: View): Entity[] {
  const { subject } = caller;
  return [
    ...(subject.kind === "user" ? [{ kind: "internalusers", name: subject.name } as const] : []),
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
