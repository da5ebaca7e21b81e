import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { escapePointer } from "../value/path.ts";
import type { TrialPatches } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import { makeStubOperation } from "./patch.ts";

/**
 * An entity of this name that gives nobody anything, created and deleted again: of the kind itself, else of one that
 * it refers to, else of the first that stands by itself.
 */
export function makeTrial(kindName: KindName, name: string): TrialPatches {
  const kind = kinds[kindName];
  const near = kind.isSingle
    ? []
    : [kind, ...kind.references(name, {}).map((reference) => kinds[reference.kind])];
  const found = [...near, ...allKinds].find((one) => standsAlone(one, name))!;
  return {
    kind: found.name,
    add: [makeStubOperation(found, name)],
    remove: [{ op: "remove", path: `/${escapePointer(name)}` }],
  };
}

function standsAlone(kind: Kind, name: string): boolean {
  return !kind.isSingle && kind.references(name, {}).length === 0;
}
