import type { AccessCause } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Link } from "../effective/answer.ts";
import type { Permission } from "../effective/roles.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import type { View } from "./view.ts";

/**
 * Finds the changes that cause an effect: those of entities that give what is gained, or gave what is lost.
 */
export function findCauses(
  [before, after]: readonly [View, View],
  effect: Effect,
  actions: Actions,
  changes: readonly Change[],
): AccessCause[] {
  const side = effect.direction === "loss" ? before : after;
  const direct = pickChanges(changes, [
    ...(effect.actions === undefined ? [] : listLinks(side, actions, effect.actions)),
  ]);
  const related = direct.length > 0 ? direct : pickChanges(changes, [before, after].flatMap(listRelated));
  return related.map(({ kind, name, at }) => ({ kind, name, at }));
}

type Entity = Pick<Link, "kind" | "name">;

function pickChanges(changes: readonly Change[], entities: readonly Entity[]): Change[] {
  const keys = new Set(entities.map(({ kind, name }) => `${kind}/${name}`));
  return changes.filter(({ kind, name }) => keys.has(`${kind}/${name}`));
}

/** Lists the entities that give the caller some actions. */
function listLinks({ access, caller }: View, { match }: Actions, wanted: ActionSet): Entity[] {
  return caller.roles.flatMap(({ name, chain }) => {
    const role = access.findRole(name);
    const permissions = [role?.cluster ?? [], ...(role?.blocks ?? []).map((block) => block.permissions)];
    const giving = permissions.flat().filter(({ pattern }) => (match(pattern) & wanted) !== 0n);
    return giving.length === 0 ? [] : [...chain, { kind: "roles", name } as const, ...listGroups(giving)];
  });
}

/** Lists the entities that give the caller its access. */
function listRelated({ access, caller }: View): Entity[] {
  const { subject } = caller;
  return [
    ...(subject.kind === "user" ? [{ kind: "internalusers", name: subject.name } as const] : []),
    ...caller.roles.flatMap(({ name, chain }) => {
      const role = access.findRole(name);
      const permissions = [role?.cluster ?? [], ...(role?.blocks ?? []).map((block) => block.permissions)];
      return [
        ...chain,
        { kind: "roles", name } as const,
        { kind: "rolesmapping", name } as const,
        ...listGroups(permissions.flat()),
      ];
    }),
  ];
}

function listGroups(permissions: readonly Permission[]): Entity[] {
  return permissions.flatMap(({ chain }) => chain.filter(({ kind }) => kind === "actiongroups"));
}
