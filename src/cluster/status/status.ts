import { OsacError } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import { asRecord } from "../as-record.ts";
import { allKinds } from "../../kinds/index.ts";
import type { Kind } from "../../kinds/kind.ts";
import type { ClusterInfo, Connection, Reader } from "../../model/cluster.ts";
import type { Finding } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { ServiceName } from "../../model/service-name.ts";
import type { SideAnswer } from "../../model/cluster.ts";
import type { JsonObject } from "../../model/value.ts";
import { explainForbidden } from "../write-access.ts";
import { readCaller, redactCaller, type Caller } from "../caller.ts";
import { readCertificates, type CertificateInfo } from "./certificates.ts";
import { collectionPath } from "../client.ts";
import { identify } from "../identify.ts";
import { securityPath } from "../paths.ts";
import type { PeerWatch } from "./peer-certificate.ts";
import { quoteServer, explainRefusal, serverMessage } from "../explain-refusal.ts";
import { versionFindings } from "../version.ts";

/** The access of the caller to a kind, and the reason for missing access. */
export interface KindAccess {
  readonly kind: KindName;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
}

/** The health that the plugin reports: UP, DOWN, or the reason why it is unknown. */
export interface Health {
  readonly status: "UP" | "DOWN" | "unknown";
  readonly message?: string | undefined;
}

/** Entities by name, by kind. */
export type Documents = ReadonlyMap<KindName, JsonObject>;

/** The result of `osac status`. Facts that osac could not read are absent. */
export interface Status {
  readonly url: string;
  /** True if a server answered. */
  readonly isReachable: boolean;
  readonly cluster?: ClusterInfo | undefined;
  /** The managed service that runs the cluster. */
  readonly service?: ServiceName | undefined;
  readonly caller?: Caller | undefined;
  readonly health: Health;
  readonly kinds: readonly KindAccess[];
  /** The documents of the readable kinds, as the server shows them. */
  readonly documents: Documents;
  readonly certificates: readonly CertificateInfo[];
  /** True if these are all certificates, false if they are those of the connection. */
  readonly areAllCertificates: boolean;
  /** The reason why the questions ended early, and warnings. */
  readonly findings: readonly Finding[];
}

interface StatusContext {
  readonly reader: Reader;
  readonly connection: Connection;
  readonly cluster: ClusterInfo;
}

/**
 * Reads the state of a cluster and the access of the caller. If the cluster cannot be used, it does not
 * throw: the findings have the reason, and the rest has the facts that osac could read.
 */
export async function readStatus(reader: Reader, connection: Connection, peer: PeerWatch): Promise<Status> {
  const [identified, healthAnswer] = await Promise.all([
    catchFailure(identify(reader, connection)),
    reader.readAside(securityPath(connection, "health")),
  ]);
  const known = {
    url: connection.url,
    service: connection.service,
    isReachable: !(identified instanceof OsacError && healthAnswer.failure),
    health: toHealth(healthAnswer),
  };
  if (identified instanceof OsacError) {
    const { findings } = identified;
    const nothing = { kinds: [], documents: new Map<KindName, never>(), areAllCertificates: false };
    return { ...known, ...nothing, certificates: peer.certificates(), findings };
  }
  const asked = { reader, connection, cluster: identified };
  const [caller, looks, all] = await Promise.all([
    readCaller(reader, connection, identified),
    Promise.all(allKinds.map((kind) => readKindAccess(kind, asked))),
    readCertificates(reader, connection),
  ]);
  const kinds = looks.map(({ access }) => access);
  const documents = new Map(
    looks.flatMap(({ access, document }) => (document ? [[access.kind, document]] : [])),
  );
  const certificates = { certificates: all ?? peer.certificates(), areAllCertificates: all !== undefined };
  return {
    ...known,
    cluster: identified,
    caller: redactCaller(caller, connection),
    kinds,
    documents,
    ...certificates,
    findings: [...versionFindings(identified), ...reader.unanswered.values()],
  };
}

async function catchFailure<Result>(asked: Promise<Result>): Promise<Result | OsacError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof OsacError && error.reason === "access") return error;
    throw error;
  }
}

/** Every caller may read the health, unless an enabled allowlist does not have it. */
function toHealth(answer: SideAnswer): Health {
  if (answer.failure) return { status: "unknown", message: "no answer that can be used" };
  const { status, message } = asRecord(answer.body);
  if (status !== "UP" && status !== "DOWN") return { status: "unknown", message: serverMessage(answer) };
  return { status, message: typeof message === "string" ? quoteServer(message) : undefined };
}

/**
 * Probes each kind: `permissionsinfo` is wrong for certificates, and for kinds with their own access check.
 */
async function readKindAccess(
  kind: Kind,
  { reader, connection }: StatusContext,
): Promise<{ access: KindAccess; document: JsonObject | undefined }> {
  const { name } = kind;
  const [read, write] = await Promise.all([
    reader.read(collectionPath(connection, name)),
    reader.probe(name),
  ]);
  const isRead = read.status === 200 && isRecord(read.body);
  const unreadable = isRead ? undefined : explainSafely(() => explainRefusal(kind, read, connection.service));
  const unwritable = explainSafely(() => explainForbidden(name, write, connection.service));
  const { reason, hint } = unreadable ?? unwritable ?? {};
  const access = {
    kind: name,
    readable: unreadable === undefined,
    writable: unwritable === undefined,
    reason,
    hint,
  };
  return { access, document: unreadable === undefined && isRecord(read.body) ? read.body : undefined };
}

/**
 * Explains an answer. An unknown answer is an error of this kind only, so that osac still reads the other
 * kinds.
 */
function explainSafely(
  explain: () => Pick<KindAccess, "reason" | "hint"> | undefined,
): Pick<KindAccess, "reason" | "hint"> | undefined {
  try {
    return explain();
  } catch (error) {
    if (error instanceof OsacError) return { reason: error.message };
    throw error;
  }
}
