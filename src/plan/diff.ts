import { compareByCodeUnit } from "../value/record.ts";
import type { Change } from "../model/change.ts";
import type { LeftOut } from "../model/entity.ts";
import type { Place } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { isSameValue } from "../value/equal.ts";

/** One entity as it should be. An entity that is only kept has no `at`. */
export interface DesiredEntity {
  readonly body: Body;
  readonly at?: Place;
  /** Values of the file that this server does not support. */
  readonly leftOut?: readonly LeftOut[];
}

/**
 * Lists the changes from `live` to `desired`, by name. Both sides must be canonical and have only managed
 * entities.
 */
export function diffEntities(
  kind: KindName,
  desired: ReadonlyMap<string, DesiredEntity>,
  live: ReadonlyMap<string, Body>,
): Change[] {
  const changes: Change[] = [];
  for (const [name, { body: after, at }] of desired) {
    const before = live.get(name);
    const place = at === undefined ? {} : { at };
    if (!before) changes.push({ action: "create", kind, name, after, ...place });
    else if (!isSameValue(before, after))
      changes.push({ action: "update", kind, name, before, after, ...place });
  }
  for (const [name, before] of live) {
    if (!desired.has(name)) changes.push({ action: "delete", kind, name, before });
  }
  return changes.toSorted((a, b) => compareByCodeUnit(a.name, b.name));
}

/** Counts the entities of a kind that changes add, less those that they delete. */
export function countGrowth(changes: readonly Change[], kind: string): number {
  const own = changes.filter((change) => change.kind === kind);
  const count = (action: Change["action"]): number => own.filter((change) => change.action === action).length;
  return count("create") - count("delete");
}

/** Reverses a change, so that it leads from the files to the cluster. */
export function reverseChange(change: Change): Change {
  const { kind, name, at } = change;
  const entity = { kind, name, at };
  if (change.action === "create") return { ...entity, action: "delete", before: change.after };
  if (change.action === "delete") return { ...entity, action: "create", after: change.before };
  return { ...entity, action: "update", before: change.after, after: change.before };
}
