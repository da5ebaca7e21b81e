import type { KindName } from "../model/kind-name.ts";
import { allKinds, kinds } from "./index.ts";

/** Whether one kind, directly or through others, refers to the other: what happens to one then matters to the other. */
export function areRelated(one: KindName, other: KindName): boolean {
  const reached = new Set([one]);
  // A set that grows while it is walked: each kind is visited once.
  for (const name of reached)
    for (const kind of allKinds)
      if (kind.needs.includes(name) || kinds[name].needs.includes(kind.name)) reached.add(kind.name);
  return reached.has(other);
}
