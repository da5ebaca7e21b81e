import { fetchLive, requestKinds, toLiveKinds } from "../cluster/fetch-live.ts";
import { readIntroduction, withVersion } from "../cluster/identify.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";

/** Reads of the cluster that are under way. */
export interface ClusterReads {
  readonly cluster: Promise<ClusterInfo>;
  readonly live: Promise<LiveState>;
}

/**
 * Starts to read what a plan of these kinds needs. The cluster and the caller come first, so that a wrong
 * login fails only once and not for each kind.
 */
export function startReading(
  reader: Reader,
  connection: Connection,
  declared: readonly KindName[] | Promise<readonly KindName[]>,
): ClusterReads {
  const introduction = readIntroduction(reader, connection);
  const cluster = introduction.then((known) => withVersion(reader, connection, known));
  const answers = Promise.all([introduction, declared]).then(([known, names]) =>
    requestKinds(reader, connection, known, listKindsToRead(names)),
  );
  const live = Promise.all([cluster, answers]).then(([{ version }, found]) =>
    toLiveKinds(connection, found, version),
  );
  // If the files have errors, no code awaits these promises. Node would end the process on an unhandled
  // rejection.
  for (const answer of [cluster, live]) answer.catch(() => {});
  return { cluster, live };
}

/** Adds the kinds that the live state lacks; reads only those. */
export async function addMissingKinds(
  reader: Reader,
  connection: Connection,
  { live, cluster }: { readonly live: LiveState; readonly cluster: ClusterInfo },
  kindNames: readonly KindName[],
): Promise<LiveState> {
  const missing = [...new Set(kindNames)].filter((kind) => !live.has(kind));
  return new Map([...live, ...(await fetchLive(reader, connection, cluster, missing))]);
}

/** The declared kinds, and the kinds that decide whether the server accepts them. */
function listKindsToRead(declared: readonly KindName[]): KindName[] {
  const needed = new Set(declared.flatMap((name) => [name, ...kinds[name].needs]));
  return allKinds.map(({ name }) => name).filter((name) => needed.has(name));
}
