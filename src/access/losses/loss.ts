import type { Change, KindName } from "../../model.ts";
import type { Turn } from "../documents.ts";
import type { Verdict } from "../verdict.ts";

/** A link of the chain from login to REST API that a change breaks, for certain or perhaps. */
export interface Loss {
  readonly verdict: Exclude<Verdict, "yes">;
  readonly change: Change;
  /** What the change does, as the second half of a sentence about it. */
  readonly why: string;
  readonly hint: string;
}

/** The change of an entity, if there is one. */
export function changeOf({ changes }: Turn, kind: KindName, name: string | undefined): Change | undefined {
  return changes.find((change) => change.kind === kind && change.name === name);
}

/** The changes of whatever the permissions of these roles came through. */
export function permissionSuspects(
  turn: Turn,
  name: string | undefined,
  roles: readonly string[],
  permissions: readonly string[],
): Change[] {
  return [
    ...roles.flatMap((role) => [changeOf(turn, "rolesmapping", role), changeOf(turn, "roles", role)]),
    ...permissions.map((group) => changeOf(turn, "actiongroups", group)),
    changeOf(turn, "internalusers", name),
  ].filter((change) => change !== undefined);
}
