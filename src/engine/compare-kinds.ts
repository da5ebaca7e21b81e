import { kinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { Version } from "../model/finding.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import { diffEntities, type DesiredEntity } from "../plan/diff.ts";
import { canonicalize, pickTrueFlags } from "../schema/canonical.ts";

/** Entities by kind and name, as files declare them or as an export writes them. */
export type ComparedKinds = ReadonlyMap<KindName, ReadonlyMap<string, DesiredEntity>>;

/** What differs between two states: the changes that lead from the first to the second. */
export interface Difference {
  readonly changes: readonly Change[];
  /** The number of entities that either side declares. */
  readonly compared: number;
}

/** Compares what two targets have, as a server of this version reads it. */
export function compareKinds(before: ComparedKinds, after: ComparedKinds, version: Version): Difference {
  const compared = kindNames.map((kind) => {
    const [old, now] = [before, after].map((entities) => readKind(kind, entities.get(kind), version));
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
  declared: ReadonlyMap<string, DesiredEntity> = new Map<string, DesiredEntity>(),
  version: Version,
): Map<string, DesiredEntity> {
  return new Map(
    [...declared].map(([name, { body, at }]) => {
      const canonical = canonicalize(kinds[kind], body, version);
      const whole = { ...canonical, ...pickTrueFlags(kinds[kind], body) };
      return [name, at === undefined ? { body: whole } : { body: whole, at }];
    }),
  );
}
