import { failure } from "../errors.ts";
import { canonicalize, flagNames, isFields } from "../kinds/canonical.ts";
import { ownField } from "../kinds/fields.ts";
import { kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { canonicalizeFully } from "../kinds/left-out.ts";
import type {
  Answer,
  Body,
  BuiltIn,
  ClusterInfo,
  Connection,
  Json,
  KindName,
  LeftOut,
  LiveEntity,
  LiveKind,
  Reader,
  Value,
  Version,
} from "../model.ts";
import { holdsSecret, redacted, Secret } from "../secret.ts";
import { collectionPath } from "./client.ts";
import { refusal } from "./refusal.ts";
import { storedDocuments } from "./stored-documents.ts";

type Fields = { [key: string]: Json };

/**
 * The live state of some kinds, one GET each, all at once. A kind that the caller may not read says why.
 * With the admin certificate one more GET of a kind shows stored hashes, and secrets that the API redacts.
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
  /** The kind as it is stored, where the caller may see that and the answer does not show all of it. */
  readonly document: Fields;
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
    const [answer, hashed] = await Promise.all([
      reader.read(collectionPath(connection, name)),
      adminDn !== undefined && kind.login ? storedDocument(reader, kind) : undefined,
    ]);
    const isRedacted = adminDn !== undefined && answer.text.includes(redacted);
    return { kind, answer, document: hashed ?? (isRedacted ? await storedDocument(reader, kind) : {}) };
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

function liveKind(
  connection: Connection,
  { kind, answer, document }: KindAnswer,
  version: Version,
): LiveKind {
  if (answer.status !== 200) return refusal(kind, answer);
  const entities = new Map<string, LiveEntity>();
  for (const [name, raw] of entries(connection, kind, answer)) {
    entities.set(name, liveEntity(kind, version, name, raw, document[name]));
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
        hint: "check the proxy or load balancer in between",
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
  stored: Json | undefined,
): LiveEntity {
  const { body: canonical, leftOut } = canonicalizeFully(kind, raw, version);
  const body = isFields(stored) ? withStored(kind, canonical, stored, version) : canonical;
  const builtIn = builtInOf(kind, raw);
  const unknown = leftOut.filter(isUnknown).map(({ path }) => path);
  return {
    name,
    body,
    raw,
    ...(builtIn === undefined ? {} : { builtIn }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

/** Whether only servers newer than osac know a field. Some kinds show flags that REST does not let a caller set. */
function isUnknown({ path, isValue, since, until, forgottenSince }: LeftOut): boolean {
  if (path.length === 1 && flagNames.some((flag) => flag === path[0])) return false;
  return !isValue && [since, until, forgottenSince].every((version) => version === undefined);
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

async function storedDocument(reader: Reader, { name }: Kind): Promise<Fields> {
  return (await storedDocuments(reader, [name])).get(name) ?? {};
}

/** The body with its stored hash, and with the secrets that the API redacts. */
function withStored(kind: Kind, body: Body, stored: Fields, version: Version): Body {
  const { login } = kind;
  const hash = login && stored[login.hash];
  const hashed =
    login && typeof hash === "string" && hash !== "" && !isFromNode(hash)
      ? { ...body, [login.hash]: new Secret(hash) }
      : body;
  return holdsSecret(hashed, ({ isKnown }) => !isKnown)
    ? (withStoredSecrets(hashed, canonicalize(kind, stored, version)) as Body)
    : hashed;
}

function withStoredSecrets(shown: Value, stored: Value | undefined): Value {
  if (shown instanceof Secret) return withStoredSecret(shown, stored);
  if (Array.isArray(shown))
    return Array.isArray(stored) && stored.length === shown.length
      ? shown.map((item, index) => withStoredSecrets(item, stored[index]))
      : shown;
  if (!isFields(shown) || !isFields(stored)) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, item]) => [name, withStoredSecrets(item, ownField(stored, name))]),
  );
}

function withStoredSecret(shown: Secret, stored: Value | undefined): Secret {
  if (shown.isKnown || !(stored instanceof Secret) || !stored.isKnown) return shown;
  const value = stored.reveal();
  return isFromNode(value) ? shown : new Secret(value, undefined, { isStored: true });
}

/** A placeholder in the store stands for what each node has in its environment, which nobody here knows. */
function isFromNode(value: string): boolean {
  return value.includes("${env");
}
