import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { escapePointer } from "../kinds/pointer.ts";
import type { KindName, Trial } from "../model.ts";
import { stubOperation } from "./patch.ts";

/**
 * An entity of this name that gives nobody anything, created and deleted again: of the kind itself, else of one that
 * it refers to, else of the first that stands by itself.
 */
export function trialOf(kindName: KindName, name: string): Trial {
  const kind = kinds[kindName];
  const near = kind.isSingle
    ? []
    : [kind, ...kind.references(name, {}).map((reference) => kinds[reference.kind])];
  const found = [...near, ...allKinds].find((one) => standsAlone(one, name))!;
  return {
    kind: found.name,
    add: [stubOperation(found, name)],
    remove: [{ op: "remove", path: `/${escapePointer(name)}` }],
  };
}

function standsAlone(kind: Kind, name: string): boolean {
  return !kind.isSingle && kind.references(name, {}).length === 0;
}
