import { byCodeUnit } from "../kinds/canonical.ts";
import type { Body, Change, KindName, LeftOut, Place } from "../model.ts";
import { sameValue } from "../kinds/same.ts";

/** One entity as it should be; `at` is absent for an entity that is only kept. */
export interface Wanted {
  readonly body: Body;
  readonly at?: Place;
  /** What the file says besides, and this server does not take. */
  readonly leftOut?: readonly LeftOut[];
}

/** Lists what turns `live` into `desired`, by name. Both sides must be canonical and hold only what is ours. */
export function diffEntities(
  kind: KindName,
  desired: ReadonlyMap<string, Wanted>,
  live: ReadonlyMap<string, Body>,
): Change[] {
  const changes: Change[] = [];
  for (const [name, { body: after, at }] of desired) {
    const before = live.get(name);
    const place = at === undefined ? {} : { at };
    if (!before) changes.push({ action: "create", kind, name, after, ...place });
    else if (!sameValue(before, after))
      changes.push({ action: "update", kind, name, before, after, ...place });
  }
  for (const [name, before] of live) {
    if (!desired.has(name)) changes.push({ action: "delete", kind, name, before });
  }
  return changes.toSorted((a, b) => byCodeUnit(a.name, b.name));
}
