import { requestKinds, toLiveKinds } from "../cluster/fetch-live.ts";
import { readIntroduction, withVersion } from "../cluster/identify.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { LiveKind } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";

/** Reads of the cluster that are under way. */
export interface ClusterReads {
  readonly cluster: Promise<ClusterInfo>;
  readonly live: Promise<ReadonlyMap<KindName, LiveKind>>;
}

/**
 * Begins to ask the cluster what a plan of these kinds has to know. Who the cluster and the caller are comes first: a
 * login that fails must not fail once more for each kind.
 */
export function startReading(
  reader: Reader,
  connection: Connection,
  declared: readonly KindName[] | Promise<readonly KindName[]>,
): ClusterReads {
  const introduction = readIntroduction(reader, connection);
  const cluster = introduction.then((known) => withVersion(reader, known));
  const answers = Promise.all([introduction, declared]).then(([known, names]) =>
    requestKinds(reader, connection, known, listKindsToRead(names)),
  );
  const live = Promise.all([cluster, answers]).then(([{ version }, found]) =>
    toLiveKinds(connection, found, version),
  );
  // Told to whoever waits for the answers, and nobody does where something is wrong with the files.
  for (const answer of [cluster, live]) answer.catch(() => {});
  return { cluster, live };
}

/** The declared kinds, and those that must be known to tell whether the server will take them. */
function listKindsToRead(declared: readonly KindName[]): KindName[] {
  const needed = new Set(declared.flatMap((name) => [name, ...kinds[name].needs]));
  return allKinds.map(({ name }) => name).filter((name) => needed.has(name));
}
