import type { KindName } from "../model/kind-name.ts";
import { allKinds, kinds } from "./index.ts";

/**
 * True if one kind refers to the other, directly or through others: a change of one may then affect the
 * other.
 */
export function areRelated(one: KindName, other: KindName): boolean {
  const reached = new Set([one]);
  // The loop adds to the set that it iterates over, and visits each kind once.
  for (const name of reached)
    for (const kind of allKinds)
      if (kind.needs.includes(name) || kinds[name].needs.includes(kind.name)) reached.add(kind.name);
  return reached.has(other);
}
