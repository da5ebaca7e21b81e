import { failure } from "../errors.ts";
import { canonicalize, isFields } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type {
  Answer,
  Body,
  BuiltIn,
  ClusterInfo,
  Connection,
  Json,
  KindName,
  LiveEntity,
  LiveKind,
  Reader,
  Version,
} from "../model.ts";
import { Secret } from "../secret.ts";
import { collectionPath } from "./client.ts";
import { refusal } from "./refusal.ts";
import { storedDocuments } from "./stored-documents.ts";

type Fields = { [key: string]: Json };

/**
 * The live state of some kinds, one GET each, all at once. A kind that the caller may not read says why.
 * With the admin certificate one more GET a kind with logins shows the stored hashes.
 */
export async function fetchLive(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
  names: readonly KindName[],
): Promise<ReadonlyMap<KindName, LiveKind>> {
  const answers = await askKinds(reader, connection, cluster, names);
  return liveKinds(connection, answers, cluster.version);
}

/** What the server answered for a kind. */
export interface KindAnswer {
  readonly kind: Kind;
  readonly answer: Answer;
  readonly hashes: ReadonlyMap<string, string>;
}

/** Asks for some kinds, one GET each, all at once; for that the version of the cluster need not be known. */
export async function askKinds(
  reader: Reader,
  connection: Connection,
  { adminDn }: Pick<ClusterInfo, "adminDn">,
  names: readonly KindName[],
): Promise<readonly KindAnswer[]> {
  const asked = names.map(async (name) => {
    const kind = kinds[name];
    const [answer, hashes] = await Promise.all([
      reader.read(collectionPath(connection, name)),
      adminDn !== undefined && kind.login ? storedHashes(reader, kind) : new Map<string, string>(),
    ]);
    return { kind, answer, hashes };
  });
  return Promise.all(asked);
}

/** What the answers mean on a server of this version. */
export function liveKinds(
  connection: Connection,
  answers: readonly KindAnswer[],
  version: Version,
): ReadonlyMap<KindName, LiveKind> {
  return new Map(answers.map((found) => [found.kind.name, liveKind(connection, found, version)]));
}

function liveKind(connection: Connection, { kind, answer, hashes }: KindAnswer, version: Version): LiveKind {
  if (answer.status !== 200) return refusal(kind, answer);
  const entities = new Map<string, LiveEntity>();
  for (const [name, raw] of entries(connection, kind, answer)) {
    entities.set(name, liveEntity(kind, version, name, raw, hashes.get(name)));
  }
  return { readable: true, entities };
}

function entries(connection: Connection, kind: Kind, { body }: Answer): [string, Fields][] {
  if (!isFields(body)) {
    throw failure(
      "access",
      "not-opensearch",
      `${connection.url} answered ${kind.path} with something that is no JSON object`,
      {
        hint: "check what stands between (a proxy, a load balancer)",
      },
    );
  }
  // `_readonly` of audit and `_meta` describe the document; no entity may begin so.
  const isEntity = (name: string) => (kind.isSingle ? name === "config" : name !== "_meta");
  return Object.entries(body).filter(
    (entry): entry is [string, Fields] => isEntity(entry[0]) && isFields(entry[1]),
  );
}

function liveEntity(
  kind: Kind,
  version: Version,
  name: string,
  raw: Fields,
  hash: string | undefined,
): LiveEntity {
  const canonical = canonicalize(kind, raw, version);
  const body: Body =
    kind.login && hash !== undefined ? { ...canonical, [kind.login.hash]: new Secret(hash) } : canonical;
  const builtIn = builtInOf(kind, raw);
  return builtIn === undefined ? { name, body, raw } : { name, body, raw, builtIn };
}

function builtInOf(kind: Kind, raw: Fields): BuiltIn | undefined {
  // `static` counts wherever the server shows it, though mappings have no such flag to set.
  const isFlagged = (flag: string): boolean => raw[flag] === true;
  if (isFlagged("static")) return "static";
  if (isGuarded(kind, raw)) return "restapi:admin";
  return (["hidden", "reserved"] as const).find(isFlagged);
}

/** Permissions over the REST API itself; only securityadmin.sh writes what holds one (`EndpointValidator`). */
function isGuarded({ guardedBy }: Kind, raw: Fields): boolean {
  const permissions = guardedBy === undefined ? undefined : raw[guardedBy];
  return (
    Array.isArray(permissions) &&
    permissions.some((one) => typeof one === "string" && one.startsWith("restapi:admin/"))
  );
}

/** Stored hashes by user; without those that a node resolves from its own environment. */
async function storedHashes(reader: Reader, kind: Kind): Promise<ReadonlyMap<string, string>> {
  const document = (await storedDocuments(reader, [kind.name])).get(kind.name);
  const hashes = Object.entries(document ?? {}).flatMap(([name, entity]): [string, string][] => {
    const hash = isFields(entity) ? entity[kind.login!.hash] : undefined;
    return typeof hash === "string" && hash !== "" && !hash.includes("${env") ? [[name, hash]] : [];
  });
  return new Map(hashes);
}
