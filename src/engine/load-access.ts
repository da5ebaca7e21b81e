import type { Documents } from "../access/index.ts";
import {
  loadAccess,
  parseClusterNames,
  type Access,
  type ClusterNames,
  type Link,
  type NodeSettings,
} from "../access/effective/index.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import { identify } from "../cluster/identify.ts";
import { createLocator } from "../files/yaml/locate.ts";
import { OsacError } from "../errors.ts";
import { kinds, permissionKinds } from "../kinds/index.ts";
import { inWrittenOrder } from "../kinds/written-order.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Directory, LiveKind } from "../model/entity.ts";
import type { Finding, Place, Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import { findPlannedState, type PlannedState } from "../plan/reviewed/planned-state.ts";
import { canonicalize } from "../schema/canonical.ts";
import { findLiveEntity } from "../plan/live-entity.ts";

/** Facts that neither the files nor the Security API have. */
export interface AccessFacts {
  readonly names?: ClusterNames | undefined;
  /** The source of the names, as the output shows it: a file, or the cluster. */
  readonly namesFrom?: string | undefined;
  readonly settings: Partial<NodeSettings>;
}

/** The configuration that questions about access are answered from, with its source. */
export interface AccessBasis {
  readonly access: Access;
  readonly documents: Documents;
  /** The source as the output names it: a directory or a cluster. */
  readonly from: string;
  /** The directory of the files as the user named it; absent for a cluster. */
  readonly directory?: string | undefined;
  readonly version: { readonly value: Version; readonly setBy: string };
  readonly facts: AccessFacts;
  /** Kinds without a file. They count as empty. */
  readonly absent: readonly KindName[];
  /** True if an entity is not built-in. */
  readonly isOwn: (kind: KindName, name: string) => boolean;
  /** Finds the place of an entry in a file; undefined if no file has it. */
  readonly locate: (link: Pick<Link, "kind" | "name" | "pointer">) => Place | undefined;
}

/** Loads the access that the files declare, as the server would read them. */
export function loadAccessFromFiles(
  directory: Directory,
  version: AccessBasis["version"],
  facts: AccessFacts,
): AccessBasis {
  const unread = unreadFindings(directory);
  if (unread.length > 0) throw new OsacError("input", unread);
  const documents = readDocuments(version.value, (kind) => {
    const declared = directory.kinds.get(kind);
    return declared && [...declared].map(([name, { body }]) => [name, body]);
  });
  const absent = emptiable.filter((kind) => !documents.has(kind));
  const whole = new Map([...documents, ...absent.map((kind) => [kind, emptyKind(kind)] as const)]);
  const locate = createLocator(directory.path);
  return {
    access: loadAccess({ documents: whole, version: version.value, facts }),
    documents: whole,
    from: `the files in ${directory.path}`,
    version,
    facts,
    absent,
    isOwn: (kind, name) => directory.kinds.get(kind)?.has(name) ?? false,
    locate: ({ kind, name, pointer }) => {
      const declared = directory.kinds.get(kind)?.get(name);
      return declared && locate(declared, pointer);
    },
  };
}

/** The kinds that can be read, each body canonical, with its lists as they are written. */
function readDocuments(
  version: Version,
  read: (kind: KindName) => readonly (readonly [string, Body])[] | undefined,
): Map<KindName, ReadonlyMap<string, Body>> {
  return new Map(
    permissionKinds.flatMap((kind) => {
      const written = read(kind);
      const toCanonical = (body: Body): Body => canonicalize(inWrittenOrder(kind), body, version);
      return written
        ? [[kind, new Map(written.map(([name, body]) => [name, toCanonical(body)] as const))] as const]
        : [];
    }),
  );
}

/** Kinds for which most clusters have only the entities and defaults of the plugin. */
const emptiable = [
  "tenants",
  "actiongroups",
  "internalusers",
  "config",
] as const satisfies readonly KindName[];

function emptyKind(kind: KindName): ReadonlyMap<string, Body> {
  return new Map(kinds[kind].isSingle ? [["config", {}]] : []);
}

/** A file that osac cannot read, or a placeholder without a value, could contain any permission. */
export function unreadFindings({ findings }: Directory): Finding[] {
  const unread = findings.filter(
    ({ severity, code, kind }) =>
      severity === "error" ||
      (code === "placeholder-not-allowed" && kind !== undefined && permissionKinds.includes(kind)),
  );
  return unread.map((finding): Finding => ({ ...finding, severity: "error" }));
}

/** A saved plan, and its file as the user named it. */
export interface NamedPlan {
  readonly saved: SavedPlan;
  readonly file: string;
}

/** Loads the live access, or the access that a saved plan makes of it. */
export async function loadAccessFromCluster(
  reader: Reader,
  connection: Connection,
  facts: AccessFacts,
  plan?: NamedPlan,
): Promise<AccessBasis> {
  const cluster = await identify(reader, connection);
  const [live, names] = await Promise.all([
    fetchLive(reader, connection, cluster, permissionKinds),
    facts.names ?? readClusterNames(reader),
  ]);
  const { version } = cluster;
  const planned: PlannedState = plan ? findPlannedState(plan.saved, live, cluster) : new Map();
  const documents = readDocuments(version, (kind) => {
    const answer = live.get(kind);
    return answer?.readable ? listBodies(answer, planned.get(kind)) : undefined;
  });
  const known = { ...facts, names, namesFrom: facts.namesFrom ?? "the cluster" };
  const named = `the cluster ${cluster.name ?? connection.url}`;
  return {
    access: loadAccess({ documents, version, facts: known, keepsOrder: plan === undefined }),
    documents,
    from: plan ? `${named} with the changes of ${plan.file}` : named,
    version: { value: version, setBy: cluster.isVersionGuessed ? "guessed" : "the cluster" },
    facts: known,
    absent: [],
    isOwn: (kind, name) => {
      const entity = findLiveEntity(live, { kind, name });
      return entity === undefined ? documents.get(kind)?.has(name) === true : entity.builtIn === undefined;
    },
    locate: () => undefined,
  };
}

function listBodies(
  { entities }: Extract<LiveKind, { readonly readable: true }>,
  planned: ReadonlyMap<string, Body | undefined> = new Map(),
): [string, Body][] {
  const kept = [...entities].filter(([name]) => !planned.has(name));
  const changed = [...planned].flatMap(([name, body]): [string, Body][] => (body ? [[name, body]] : []));
  return [...kept.map(([name, { raw }]): [string, Body] => [name, raw]), ...changed];
}

/** The indices, aliases and data streams of the cluster; undefined if the caller may not read them. */
export async function readClusterNames(reader: Reader): Promise<ClusterNames | undefined> {
  const { status, body } = await reader.readAside(namesPath);
  return status === 200 ? parseClusterNames(body) : undefined;
}

/** Lists indices, aliases and data streams, hidden ones too. */
export const namesPath = "/_resolve/index/*?expand_wildcards=all";
