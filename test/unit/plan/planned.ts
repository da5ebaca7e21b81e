import { canonicalize } from "../../../src/schema/canonical.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { createSecretWrapper } from "../../../src/schema/secret-paths.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Change } from "../../../src/model/change.ts";
import type { ClusterInfo } from "../../../src/model/cluster.ts";
import type { LiveEntity, LiveKind } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Body } from "../../../src/model/value.ts";
import { makeOperations } from "../../../src/plan/patch.ts";
import { compare, makePlan, type PlanChoice } from "../../../src/plan/make-plan.ts";
import type { Write } from "../../../src/plan/writes.ts";

export const version = parseVersion("3.4.0");
export const cluster = { name: "logs", uuid: "uuid-1", version, isVersionGuessed: false };
export const at = { file: "file.yml", line: 3, column: 1 };

/** Bodies by the names of their entities. */
export type Bodies = Readonly<Record<string, Body>>;
export type Live = ReadonlyMap<KindName, LiveKind>;

/** The choice of somebody who gives no flag. */
export const noChoice: PlanChoice = {
  forced: new Set(),
  areAllForced: false,
  verified: new Set(),
  refuted: new Set(),
  prune: {},
  proved: new Map(),
  ignore: [],
  secretPaths: [],
};

/** A kind of the cluster; an entity whose `raw` says that it is reserved is the server's own. */
export function makeLive(
  kind: Kind,
  entities: Bodies,
  raw: Readonly<Record<string, LiveEntity["raw"]>> = {},
): Live {
  const found = Object.entries(entities).map(([name, body]): [string, LiveEntity] => {
    const flags = raw[name] ?? {};
    const entity = { name, body: canonicalize(kind, body, version), raw: flags };
    return [name, flags["reserved"] ? { ...entity, builtIn: "reserved" } : entity];
  });
  return new Map([[kind.name, { readable: true, entities: new Map(found) }]]);
}

/** The plan of files that declare one kind. */
export function makePlanned(
  kind: Kind,
  declared: Bodies,
  live: Live,
  choice: Partial<PlanChoice> = {},
  of: ClusterInfo = cluster,
): Plan {
  const entities = Object.entries(declared).map(
    ([name, body]) => [name, { kind: kind.name, name, body: createSecretWrapper(kind)(body), at }] as const,
  );
  const kinds = new Map([[kind.name, new Map(entities)]]);
  const directory = { path: ".", kinds, ignored: [], findings: [] };
  return makePlan(compare({ directory, cluster: of, live, choice: { ...noChoice, ...choice } }));
}

/** The changes by what needs whom: `create ann`. */
export const actions = ({ changes }: Plan): string[] =>
  changes.map(({ action, name }) => `${action} ${name}`);

/** One change with its operations, as a plan has it. */
export function writeOf(change: Change): Write {
  return { change, operations: makeOperations(kinds[change.kind], change) };
}
