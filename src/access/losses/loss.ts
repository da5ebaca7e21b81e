import type { Change } from "../../model/change.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Transition } from "../documents.ts";
import type { Certainty } from "../certainty.ts";

/** A link of the chain from login to REST API that a change breaks, certainly or perhaps. */
export interface Loss {
  readonly certainty: Exclude<Certainty, "yes">;
  readonly change: Change;
  /** The effect of the change, as the second half of a sentence about it. */
  readonly why: string;
  readonly hint: string;
}

/** Finds the change of an entity, if there is one. */
export function findChange(
  { changes }: Transition,
  kind: KindName,
  name: string | undefined,
): Change | undefined {
  return changes.find((change) => change.kind === kind && change.name === name);
}

/** Finds the changes of the entities through which these roles get their permissions. */
export function findPermissionSuspects(
  transition: Transition,
  name: string | undefined,
  roles: readonly string[],
  permissions: readonly string[],
): Change[] {
  return [
    ...roles.flatMap((role) => [
      findChange(transition, "rolesmapping", role),
      findChange(transition, "roles", role),
    ]),
    ...permissions.map((group) => findChange(transition, "actiongroups", group)),
    findChange(transition, "internalusers", name),
  ].filter((change) => change !== undefined);
}
