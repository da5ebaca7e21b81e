import type { KindName } from "../model/kind-name.ts";
import { Refusal, exception, message, text } from "./answers.ts";
import { isObject, asText, asTexts, type Entities } from "./documents.ts";
import type { AwsCaller } from "./amazon/edge.ts";
import { listDomains, endsRequest, type Domain } from "./domains.ts";
import { Listeners } from "./listeners.ts";
import type { SimulatedNode } from "./node.ts";
import { verifyPassword } from "./passwords.ts";
import { isBrokenPattern } from "./unloadable.ts";
import { matchesAny } from "./wildcard.ts";
import type { JsonObject } from "../model/value.ts";

/** The caller of a request, after authentication. */
export interface Caller {
  readonly name: string;
  readonly backendRoles: readonly string[];
  readonly attributes: readonly string[];
  /** The roles that role mappings give the caller. */
  readonly roles: readonly string[];
  readonly isCertificate: boolean;
  readonly remoteAddress: string | null;
}

/** The credentials of a connection and a request, before they are checked. */
export interface Credentials {
  readonly clientDn: string | undefined;
  readonly authorization: string | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** A caller whose signature was verified before the node. */
  readonly aws?: AwsCaller | undefined;
}

/** Checks logins, and remembers those that it has verified. A write makes the server forget them. */
export class Logins {
  readonly #node: SimulatedNode;
  readonly #verified = new Set<string>();
  readonly #listeners: Listeners;

  constructor(node: SimulatedNode) {
    this.#node = node;
    this.#listeners = new Listeners(node);
    node.store.onReload(() => this.#verified.clear());
  }

  /** Returns the caller, or undefined for a request without credentials. Refuses wrong credentials. */
  async authenticate(credentials: Credentials): Promise<Caller | undefined> {
    const { clientDn, authorization, remoteAddress, aws } = credentials;
    // The server refuses every caller of a blocked address, without checking even the certificate.
    if (this.#listeners.isAddressBlocked(remoteAddress))
      throw new Refusal(text(401, "Authentication finally failed"));
    if (clientDn === this.#node.certificates.admin.dn) return administrator(this.#node, clientDn);
    if (listDomains(this.#node.store).length === 0)
      throw new Refusal(text(503, "OpenSearch Security not initialized."));
    if (aws) return userCaller(this.#node, aws.name, { backend_roles: [...aws.backendRoles] }, credentials);
    if (authorization === undefined) return undefined;
    const token = tokenCaller(this.#node, authorization, credentials);
    if (token) return token;
    const caller = await this.#callerBy(authorization, credentials);
    if (caller) return caller;
    const login = parseBasic(authorization);
    if (login) this.#listeners.fail({ remoteAddress, name: login.name });
    throw new Refusal(unauthorized(this.#node));
  }

  /** Returns the caller that the first matching domain finds. */
  async #callerBy(authorization: string, credentials: Credentials): Promise<Caller | undefined> {
    for (const domain of listDomains(this.#node.store)) {
      const login = domain.authenticator === "basic" ? parseBasic(authorization) : undefined;
      if (!login && endsRequest(domain)) return undefined;
      const caller = login && (await this.#caller(domain, login, credentials));
      if (caller) return caller;
    }
    return undefined;
  }

  async #caller(domain: Domain, login: Login, credentials: Credentials): Promise<Caller | undefined> {
    // This backend does not look up the internal user, so that user gives no roles either.
    if (domain.backend === "noop") return userCaller(this.#node, login.name, {}, credentials);
    if (this.#listeners.isUserBlocked(login.name)) return undefined;
    const user = this.#node.store.active.internalusers.get(login.name);
    if (domain.backend !== "intern" || !user || !(await this.#verify(login, user))) return undefined;
    return userCaller(this.#node, login.name, user, credentials);
  }

  async #verify(login: Login, user: JsonObject): Promise<boolean> {
    const key = JSON.stringify([login.name, login.password, asText(user["hash"])]);
    if (this.#verified.has(key)) return true;
    const isRight = await verifyPassword(login.password, asText(user["hash"]));
    if (isRight) this.#verified.add(key);
    return isRight;
  }
}

export function unauthorized(node: SimulatedNode): ReturnType<typeof text> {
  const headers = { "www-authenticate": 'Basic realm="OpenSearch Security"' };
  return text(401, node.quirks.unauthorizedHasText ? "Unauthorized" : "", headers);
}

/**
 * Refuses a caller with none of the roles of `plugins.security.restapi.roles_enabled`, and without a
 * permission in their place.
 */
export function requireRestAccess(node: SimulatedNode, caller: Caller, endpoint?: string): void {
  if (caller.isCertificate || hasRestAccess(node, caller, endpoint)) return;
  const reason =
    `User ${caller.name} with Security roles [${caller.roles.join(", ")}] does not have any role privileged for ` +
    "admin access. No client TLS certificate found in request";
  throw new Refusal(message(403, `No permission to access REST API: ${reason}`));
}

/** Returns true if the caller has REST access by a role, or since 3.9 by a permission of this endpoint. */
export function hasRestAccess(node: SimulatedNode, caller: Caller, endpoint?: string): boolean {
  const { rolesEnabled, restApiAdmin } = node.settings;
  if (caller.roles.some((role) => rolesEnabled.includes(role))) return true;
  return (
    node.quirks.restAdminNeedsNoRole &&
    restApiAdmin &&
    endpoint !== undefined &&
    isAdministrator(node, caller, endpoint)
  );
}

/**
 * Returns true if the caller may see hidden and change reserved entities: by certificate, or by an explicit
 * permission.
 */
export function isAdministrator(node: SimulatedNode, caller: Caller, endpoint: string): boolean {
  if (caller.isCertificate) return true;
  return (
    node.settings.restApiAdmin &&
    hasPermission(node, caller, `restapi:admin/${endpoint}`, (pattern) => pattern !== "*")
  );
}

/** Returns the endpoint of a kind in the names of permissions. */
export function adminEndpoint(kind: KindName): string {
  return kind === "config" ? "config/update" : kind;
}

/** Refuses a caller without the cluster permission. */
export function requirePermission(node: SimulatedNode, caller: Caller, permission: string): void {
  if (caller.isCertificate || hasPermission(node, caller, permission)) return;
  const reason = `no permissions for [${permission}] and ${describeUser(caller)}`;
  throw new Refusal(exception(403, "security_exception", reason));
}

export function describeUser(caller: Caller): string {
  return `User [name=${caller.name}, backend_roles=[${caller.backendRoles.join(", ")}], requestedTenant=null]`;
}

interface Login {
  readonly name: string;
  readonly password: string;
}

function parseBasic(authorization: string): Login | undefined {
  const [scheme, encoded = ""] = authorization.split(" ");
  if (scheme?.toLowerCase() !== "basic") return undefined;
  const decoded = Buffer.from(encoded, "base64").toString();
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : { name: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function administrator(node: SimulatedNode, dn: string): Caller {
  const roles = mappedRoles(node.store.active.rolesmapping, { name: dn, backendRoles: [], hosts: [] });
  return { name: dn, backendRoles: [], attributes: [], roles, isCertificate: true, remoteAddress: null };
}

/** Returns the holder of an API token. The server checks tokens before any domain. */
function tokenCaller(
  node: SimulatedNode,
  authorization: string,
  credentials: Credentials,
): Caller | undefined {
  const dynamic = node.store.active.config.get("config")?.["dynamic"];
  const settings = isObject(dynamic) ? dynamic["api_tokens"] : undefined;
  if (!node.quirks.hasApiTokens || !isObject(settings) || settings["enabled"] !== true) return undefined;
  const holder = Object.entries(node.settings.apiTokens).find(
    ([, token]) => authorization === `ApiKey ${token}`,
  );
  return holder && userCaller(node, `token:${holder[0]}`, {}, credentials);
}

function userCaller(node: SimulatedNode, name: string, user: JsonObject, credentials: Credentials): Caller {
  const backendRoles = asTexts(user["backend_roles"]);
  const hosts = [credentials.remoteAddress];
  const mapped = mappedRoles(node.store.active.rolesmapping, { name, backendRoles, hosts });
  return {
    name,
    backendRoles,
    attributes: isObject(user["attributes"])
      ? Object.keys(user["attributes"]).map((key) => `attr.internal.${key}`)
      : [],
    roles: [...new Set([...asTexts(user["opendistro_security_roles"]), ...mapped])],
    isCertificate: false,
    remoteAddress: `${credentials.remoteAddress}:${credentials.remotePort}`,
  };
}

interface Subject {
  readonly name: string;
  readonly backendRoles: readonly string[];
  readonly hosts: readonly string[];
}

function mappedRoles(mappings: Entities, subject: Subject): string[] {
  return [...mappings].filter(([, mapping]) => isMapped(mapping, subject)).map(([role]) => role);
}

function isMapped(mapping: JsonObject, { name, backendRoles, hosts }: Subject): boolean {
  const all = asTexts(mapping["and_backend_roles"]);
  return (
    matchesAny(asTexts(mapping["users"]), [name]) ||
    matchesAny(asTexts(mapping["backend_roles"]), backendRoles) ||
    matchesAny(asTexts(mapping["hosts"]), hosts) ||
    (all.length > 0 && all.every((pattern) => matchesAny([pattern], backendRoles)))
  );
}

function hasPermission(
  node: SimulatedNode,
  caller: Caller,
  permission: string,
  counts: (pattern: string) => boolean = () => true,
): boolean {
  const { roles, actiongroups } = node.store.active;
  const held = caller.roles.map((role) => roles.get(role) ?? {});
  const loaded = node.quirks.brokenPatternsTakeRoles ? held.filter((role) => !holdsBrokenAction(role)) : held;
  const patterns = loaded.flatMap((role) => asTexts(role["cluster_permissions"]));
  return matchesAny(resolveGroups(patterns, actiongroups).filter(counts), [permission]);
}

/** Returns true if the server ignores the whole role, because it cannot parse one of its patterns. */
function holdsBrokenAction(role: JsonObject): boolean {
  const blocks = Array.isArray(role["index_permissions"]) ? role["index_permissions"].filter(isObject) : [];
  const lists = [role["cluster_permissions"], ...blocks.map((block) => block["allowed_actions"])];
  return lists.flatMap(asTexts).some(isBrokenPattern);
}

/** Resolves the names of action groups to their actions. It stops at circular references. */
function resolveGroups(permissions: readonly string[], groups: Entities): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    asTexts(groups.get(name)?.["allowed_actions"]).forEach(visit);
  };
  permissions.forEach(visit);
  return [...seen];
}
