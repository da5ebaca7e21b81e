import { kinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Version } from "../model/finding.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { diffEntities } from "../plan/diff.ts";
import { canonicalize, pickTrueFlags } from "../schema/canonical.ts";

/** What differs between two declared states: the changes that lead from the first to the second. */
export interface DeclaredDifference {
  readonly changes: readonly Change[];
  /** The number of entities that either side declares. */
  readonly compared: number;
}

/** Compares what two directories declare, as a server of this version reads it. */
export function compareDeclared(before: Directory, after: Directory, version: Version): DeclaredDifference {
  const compared = kindNames.map((kind) => {
    const [old, now] = [before, after].map(({ kinds: declared }) =>
      readKind(kind, declared.get(kind), version),
    );
    const changes = diffEntities(kind, now!, new Map([...old!].map(([name, { body }]) => [name, body])));
    return { changes, count: new Set([...old!.keys(), ...now!.keys()]).size };
  });
  return {
    changes: compared.flatMap(({ changes }) => changes),
    compared: compared.reduce((sum, { count }) => sum + count, 0),
  };
}

function readKind(
  kind: KindName,
  declared: ReadonlyMap<string, Declared> = new Map<string, Declared>(),
  version: Version,
): Map<string, { readonly body: Body; readonly at: Declared["at"] }> {
  return new Map(
    [...declared].map(([name, { body, at }]) => {
      const canonical = canonicalize(kinds[kind], body, version);
      return [name, { body: { ...canonical, ...pickTrueFlags(kinds[kind], body) }, at }];
    }),
  );
}
