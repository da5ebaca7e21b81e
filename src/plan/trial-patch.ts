import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { escapePointer } from "../value/path.ts";
import type { TrialPatches } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import { makeStubOperation } from "./patch.ts";

/**
 * Makes the patches that create and delete an entity of this name that grants nothing. It is of the kind
 * itself, else of a kind that it refers to, else of the first kind without references.
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
