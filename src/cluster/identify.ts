import { createHash } from "node:crypto";
import { failure, type OsacError } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Answer, ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { SideAnswer } from "../model/cluster.ts";
import type { Json } from "../model/value.ts";
import { isApiToken } from "./client.ts";
import {
  isFromEdge,
  isLoginRefused,
  isOwnChallenge,
  isPluginAnswer,
  isWhoami,
  showsAdmin,
} from "./recognize-plugin.ts";
import { edgeHint, saidByEdge } from "./explain-refusal.ts";
import { asRecord } from "./as-record.ts";
import { createLoginRedactor, showName } from "./redact-login.ts";
import { securityPath } from "./paths.ts";
import { isThrottled, isTransientAnswer } from "./retry-policy.ts";
import { readStoredDocuments } from "./stored-documents.ts";
import { readVersion } from "./version.ts";

/** The cluster and the caller, before the version is known. */
export interface Introduction extends Omit<ClusterInfo, "version" | "isVersionGuessed"> {
  /** The answer to `GET /`. */
  readonly root: Answer;
}

/** Reads the cluster, the caller and the version of the nodes. */
export async function identify(reader: Reader, connection: Connection): Promise<ClusterInfo> {
  return withVersion(reader, connection, await readIntroduction(reader, connection));
}

/** Adds the version to the facts about a cluster. */
export async function withVersion(
  reader: Reader,
  { namedVersion }: Connection,
  { root, ...known }: Introduction,
): Promise<ClusterInfo> {
  return { ...known, ...(await readVersion(reader, root, namedVersion)) };
}

/**
 * Reads the cluster and the caller, with `GET /` and `whoami` at the same time. A proxy may block one of
 * them. One refusal alone does not prove that there is no plugin, or that the caller is unknown.
 */
export async function readIntroduction(reader: Reader, connection: Connection): Promise<Introduction> {
  const [root, whoami] = await Promise.all([
    reader.readAside("/"),
    reader.readAside(securityPath(connection, "whoami")),
  ]);
  if (root.failure && whoami.failure) throw root.failure;
  refuseUseless(connection, root, whoami);
  if (!isUsual(root, whoami)) await askFurther(reader, connection, root, whoami);
  const hide = createLoginRedactor(connection);
  const name = showName(hide, textAt(root.body, "cluster_name"));
  const uuid = readClusterUuid(hide, root);
  if (uuid !== undefined) connection.claimCluster?.(uuid);
  const adminDn = showName(hide, (await findAdmin(reader, connection, whoami)) ?? undefined);
  return {
    root,
    name,
    uuid,
    adminDn,
    user: connection.username,
  };
}

/** Reads the UUID of the cluster again; undefined if it cannot be read now. */
export async function readUuidAgain(reader: Reader, connection: Connection): Promise<string | undefined> {
  return readClusterUuid(createLoginRedactor(connection), await reader.readAside("/"));
}

/** The DN of an admin certificate, if the connection has one; null if the server does not show it. */
export async function readAdminDn(
  reader: Reader,
  connection: Connection,
): Promise<string | null | undefined> {
  return findAdmin(reader, connection, await reader.readAside(securityPath(connection, "whoami")));
}

/** Ends the run early if the login failed, or if the cluster cannot be used now. */
function refuseUseless(connection: Connection, root: Answer, whoami: Answer): void {
  const { url } = connection;
  if (isOwnChallenge(root)) throw unauthenticatedError(connection, whoami);
  if (root.status === 503 && /not initialized/i.test(root.text)) {
    throw failure("access", "not-initialized", `the Security plugin of ${url} is not initialized`, {
      hint: "it has no configuration yet, or cannot load what is stored; its log says which",
    });
  }
  if ([root, whoami].every(isTransientAnswer)) throw notOpenSearchError(connection, root);
}

function isUsual(root: Answer, whoami: Answer): boolean {
  return isWhoami(whoami) && isRecord(root.body) && (root.status === 200 || root.status === 403);
}

/**
 * Reads the caller, and then a kind, until the plugin answers. Throws if it does not. A proxy may refuse every
 * endpoint beside those of the kinds, so without the plugin's own realm only a kind proves a wrong login.
 */
async function askFurther(
  reader: Reader,
  connection: Connection,
  root: SideAnswer,
  whoami: Answer,
): Promise<void> {
  const authinfo = await reader.readAside(securityPath(connection, "authinfo"));
  if (isOwnChallenge(authinfo)) throw unauthenticatedError(connection, whoami);
  const isRefused = [root, authinfo].every(isLoginRefused);
  if (!isRefused && (isWhoami(whoami) || isPluginAnswer(authinfo))) return;
  const tenants = await reader.read(securityPath(connection, "api/tenants"));
  if (isLoginRefused(tenants)) throw unauthenticatedError(connection, whoami);
  if (isPluginAnswer(tenants)) return;
  throw noPlugin(connection, root, tenants);
}

/** The error if no endpoint of the plugin answered. */
function noPlugin(connection: Connection, root: SideAnswer, tenants: Answer): OsacError {
  if (isFromEdge(tenants)) return refusedByEdge(connection, tenants);
  if (root.failure) return root.failure;
  if (!isRecord(root.body) || root.status >= 500) return notOpenSearchError(connection, root);
  return failure(
    "access",
    "no-security-plugin",
    `${connection.url} has no Security plugin under /${connection.apiPrefix}`,
    { hint: "install the plugin, or set --api-prefix" },
  );
}

/**
 * The error if a proxy refuses the caller. A proxy does not know the users of the cluster, so no role or
 * password helps.
 */
function refusedByEdge(connection: Connection, answer: Answer): OsacError {
  const said = createLoginRedactor(connection)(saidByEdge(answer));
  const message = `something before ${connection.url} refuses the job, and not the Security plugin: ${answer.status} ${said}`;
  return failure("access", "refused-before-cluster", message, { hint: edgeHint(answer) });
}

function readAdmin({ body }: Answer): string | undefined {
  return asRecord(body)["is_admin"] === true ? textAt(body, "dn") : undefined;
}

/** If a proxy blocks `whoami`, osac reads the stored documents. Only the admin certificate sees them. */
async function findAdmin(
  reader: Reader,
  connection: Connection,
  whoami: Answer,
): Promise<string | null | undefined> {
  if (showsAdmin(whoami)) return readAdmin(whoami);
  if (connection.clientCert === undefined) return undefined;
  const authinfo = await reader.readAside(securityPath(connection, "authinfo"));
  if (!isPluginAnswer(authinfo)) return null;
  const { body } = authinfo;
  const dn = textAt(body, "principal") ?? textAt(body, "user_name");
  return dn !== undefined && (await readStoredDocuments(reader, ["tenants"])).size > 0 ? dn : undefined;
}

function unauthenticatedError(connection: Connection, whoami: Answer): OsacError {
  const message = `${connection.url} refused the login (401): ${callerText(connection, whoami)}`;
  return failure("access", "unauthenticated", message, { hint: hintFor(connection, whoami) });
}

function hintFor(connection: Connection, whoami: Answer): string {
  if (connection.signer)
    return "the domain needs fine-grained access control, and a mapping with the ARN of the role or user";
  if (connection.token && isApiToken(connection.token))
    return "it may be revoked or expired; only servers from 3.7 on with api_tokens.enabled in config.yml know API tokens";
  if (connection.token)
    return "it may have expired, or be for another audience or issuer than the domain of config.yml asks for; the nodes must reach its issuer to know its keys";
  if (connection.username === undefined && isCertificateLost(connection, whoami))
    return "connect to the nodes themselves over https://, or give a user or a token";
  if (!hasLogin(connection)) {
    const { variablePrefix: own = "OSAC_" } = connection;
    return `set ${own}USERNAME and ${own}PASSWORD; or ${own}TOKEN; or ${own}CLIENT_CERT and ${own}CLIENT_KEY`;
  }
  if (connection.username === undefined)
    return "no login domain of the cluster accepts this certificate, and its DN is not in plugins.security.authcz.admin_dn";
  return "check the user name and the password; after many failed logins, the server may block a user or an address for some time";
}

function hasLogin({ username, clientCert }: Connection): boolean {
  return username !== undefined || clientCert !== undefined;
}

/**
 * True if the client certificate does not reach the node, because the connection has no TLS. The node reports
 * that.
 */
function isCertificateLost({ url, clientCert }: Connection, whoami: Answer): boolean {
  return clientCert !== undefined && (url.startsWith("http:") || /No security data/i.test(whoami.text));
}

function notOpenSearchError(connection: Connection, root: Answer): OsacError {
  const { url } = connection;
  const instead = createLoginRedactor(connection)(describeRedirect(url, root));
  return failure("access", "not-opensearch", `${url} answered ${root.status}${instead}`, {
    hint: hintForForeignAnswer(root),
  });
}

function hintForForeignAnswer(root: Answer): string {
  if (isThrottled(root)) return "it has too many requests, or too little memory: try again later";
  if (isTransientAnswer(root))
    return "something between (a proxy, a load balancer) did not reach it in time; try again later";
  if (root.status === 400 && /Invalid Host Header/i.test(root.text))
    return "it answers only by its own name: connect by that name, or pass the name with --aws-host if a tunnel leads there";
  return "check the url, and the proxy or load balancer in between";
}

/** The target of a redirect without its query, which may hold a login ticket. */
function describeRedirect(url: string, { headers: { location } }: Answer): string {
  const isRedirect = typeof location === "string" && URL.canParse(location, url);
  const { origin, pathname } = new URL(isRedirect ? location : url, url);
  return isRedirect ? `, a redirect to ${origin}${pathname}` : " and not as OpenSearch does";
}

function callerText(connection: Connection, whoami: Answer): string {
  const { token, username, clientCert, url, signer } = connection;
  if (signer) return "the request was signed for IAM";
  if (token) return "the request had a bearer token";
  if (username !== undefined) return `user "${username}"`;
  if (clientCert === undefined) return "the request had no user, token or certificate";
  if (!isCertificateLost(connection, whoami)) return "the request had a client certificate";
  return url.startsWith("http:")
    ? "the request had a client certificate, but http:// cannot carry one"
    : "the request had a client certificate, but it does not reach the node: a proxy ends TLS before it";
}

/**
 * Reads the UUID of the cluster. A node that has not joined its cluster yet answers `_na_`. The UUID names a
 * directory of backups, so osac replaces a text that could be a path with its digest.
 */
function readClusterUuid(hide: (text: string) => string, { body }: Answer): string | undefined {
  const uuid = textAt(body, "cluster_uuid");
  if (uuid === undefined || uuid === "_na_") return undefined;
  const shown = hide(uuid);
  return /^[\w-]{1,64}$/.test(shown) ? shown : createHash("sha256").update(shown).digest("hex");
}

function textAt(body: Json | undefined, field: string): string | undefined {
  const value = asRecord(body)[field];
  return typeof value === "string" ? value : undefined;
}
