import { failure } from "../errors.ts";
import { canonicalize, flagNames } from "../schema/canonical.ts";
import { isRecord } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import { services } from "../kinds/services/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { canonicalizeFully } from "../schema/left-out.ts";
import type { Answer, ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { BuiltIn, LeftOut, LiveEntity, LiveKind, LiveState } from "../model/entity.ts";
import type { Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Json, Value, JsonObject } from "../model/value.ts";
import { redacted, Secret } from "../secrets/secret.ts";
import { holdsSecret, mapBeside, type Scalar } from "../value/walk.ts";
import { collectionPath } from "./client.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { readStoredDocuments } from "./stored-documents.ts";
import { getItem } from "../value/path.ts";

/**
 * Reads the live state of some kinds, with one GET each, all at once. A kind that the caller may not read has
 * the reason. With the admin certificate osac also reads the stored hashes, and the secrets that the API
 * redacts.
 */
export async function fetchLive(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
  names: readonly KindName[],
): Promise<LiveState> {
  const answers = await requestKinds(reader, connection, cluster, names);
  return toLiveKinds(connection, answers, cluster.version);
}

/** The answer of the server for a kind. */
export interface KindAnswer {
  readonly kind: Kind;
  readonly answer: Answer;
  /** The stored document, if the caller may see it and the answer does not show all of it; else empty. */
  readonly document: JsonObject;
}

/**
 * Requests some kinds, with one GET each, all at once. The version of the cluster need not be known for it.
 */
export async function requestKinds(
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
    // The text would need the same memory as the body again, and only refusals need it.
    const kept = answer.status === 200 ? { ...answer, text: "" } : answer;
    return { kind, answer: kept, document: hashed ?? (isRedacted ? await storedDocument(reader, kind) : {}) };
  });
  return Promise.all(asked);
}

/** Reads the answers according to the server's version. */
export function toLiveKinds(
  connection: Connection,
  answers: readonly KindAnswer[],
  version: Version,
): LiveState {
  return new Map(answers.map((found) => [found.kind.name, toLiveKind(connection, found, version)]));
}

function toLiveKind(
  connection: Connection,
  { kind, answer, document }: KindAnswer,
  version: Version,
): LiveKind {
  if (answer.status !== 200) return explainRefusal(kind, answer, connection.service);
  const entities = new Map<string, LiveEntity>();
  for (const [name, raw] of listEntries(connection, kind, answer)) {
    const entity = toLiveEntity(kind, version, name, raw, document[name]);
    entities.set(name, { ...entity, ...readServiceMarks(kind, entity, connection) });
  }
  return { readable: true, entities };
}

function listEntries(connection: Connection, kind: Kind, { body }: Answer): [string, JsonObject][] {
  const entries = isRecord(body) && Object.entries(body).filter(([name, one]) => isEntity(kind, name, one));
  if (!entries || !entries.every((entry): entry is [string, JsonObject] => isRecord(entry[1]))) {
    const message = `${connection.url} answered ${kind.path} with something that is no JSON object of entities`;
    const hint = "check the proxy or load balancer in between";
    throw failure("access", "not-opensearch", message, { hint });
  }
  return entries;
}

/** False for what describes the document, such as `_meta`, and `_readonly` of audit. */
function isEntity({ isSingle }: Kind, name: string, value: Json): boolean {
  if (isSingle) return name === "config";
  return name !== "_meta" && (isRecord(value) || !name.startsWith("_"));
}

function toLiveEntity(
  kind: Kind,
  version: Version,
  name: string,
  raw: JsonObject,
  stored: Json | undefined,
): LiveEntity {
  const { body: canonical, leftOut } = canonicalizeFully(kind, raw, version);
  const body = isRecord(stored) ? withStored(kind, canonical, stored, version) : canonical;
  const builtIn = findBuiltIn(kind, raw);
  const unknown = leftOut.filter(isUnknown).map(({ path }) => path);
  return {
    name,
    body,
    raw,
    builtIn,
    unknown: unknown.length === 0 ? undefined : unknown,
  };
}

/** Only newer servers know the field. Some kinds also show flags that REST does not accept. */
function isUnknown({ path, isValue, since, until, forgottenSince }: LeftOut): boolean {
  if (path.length === 1 && flagNames.some((flag) => flag === path[0])) return false;
  return !isValue && [since, until, forgottenSince].every((version) => version === undefined);
}

function findBuiltIn(kind: Kind, raw: JsonObject): BuiltIn | undefined {
  // `static` counts if the server shows it, although mappings have no such flag to set.
  const isFlagged = (flag: string): boolean => raw[flag] === true;
  if (isFlagged("static")) return "static";
  if (isRestAdminOnly(kind, raw)) return "restapi:admin";
  return (["hidden", "reserved"] as const).find(isFlagged);
}

/**
 * True for an entity with a permission for the REST API itself. Only securityadmin.sh can write it
 * (`EndpointValidator`).
 */
function isRestAdminOnly({ restAdminField }: Kind, raw: JsonObject): boolean {
  const permissions = restAdminField === undefined ? undefined : raw[restAdminField];
  return (
    Array.isArray(permissions) &&
    permissions.some((one) => typeof one === "string" && one.startsWith("restapi:admin/"))
  );
}

/** What the service makes of an entity whose flags show nothing of it. */
function readServiceMarks(
  { name: kind }: Kind,
  { name, builtIn }: LiveEntity,
  { service }: Connection,
): Pick<LiveEntity, "builtIn" | "isKey"> {
  if (service === undefined) return {};
  const { owned, keyMappings } = services[service];
  return {
    builtIn: builtIn ?? (owned[kind]?.includes(name) ? "owned by the service" : undefined),
    isKey: ((kind === "rolesmapping" || kind === "roles") && keyMappings.includes(name)) || undefined,
  };
}

async function storedDocument(reader: Reader, { name }: Kind): Promise<JsonObject> {
  return (await readStoredDocuments(reader, [name])).get(name) ?? {};
}

/** The body with its stored hash, and with the secrets that the API redacts. */
function withStored(kind: Kind, body: Body, stored: JsonObject, version: Version): Body {
  const { login } = kind;
  const hash = login && stored[login.hash];
  const hashed =
    login && typeof hash === "string" && hash !== "" && !isFromNode(hash)
      ? { ...body, [login.hash]: new Secret(hash) }
      : body;
  return holdsSecret(hashed, ({ isKnown }) => !isKnown)
    ? (mapBeside(hashed, canonicalize(kind, stored, version), withStoredSecret, findStoredItem) as Body)
    : hashed;
}

/** Items of lists of different lengths cannot be told apart by their places. */
function findStoredItem(shown: Value, stored: Value | undefined, step: string): Value | undefined {
  const areLists = Array.isArray(shown) && Array.isArray(stored);
  return areLists && stored.length !== shown.length ? undefined : getItem(stored, step);
}

function withStoredSecret(shown: Scalar, stored: Value | undefined): Scalar {
  if (!(shown instanceof Secret) || shown.isKnown || !(stored instanceof Secret) || !stored.isKnown)
    return shown;
  const value = stored.reveal();
  return isFromNode(value) ? shown : new Secret(value, undefined, { isStored: true });
}

/**
 * True for a stored placeholder. Each node replaces it with a value of its environment, which osac does not
 * know.
 */
function isFromNode(value: string): boolean {
  return value.includes("${env");
}
