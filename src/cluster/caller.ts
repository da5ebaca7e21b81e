import { isRecord } from "../value/record.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { Json } from "../model/value.ts";
import { createLoginRedactor } from "./redact-login.ts";
import { securityPath } from "./paths.ts";

/** The caller as the server sees it. */
export interface Caller {
  readonly kind: "certificate" | "token" | "user" | "iam" | "nobody";
  /** The name that the server shows; absent if it shows none. */
  readonly name?: string | undefined;
  /** A user that is set as well, but that the server ignores. */
  readonly ignoredUser?: string | undefined;
  readonly backendRoles: readonly string[];
  readonly roles: readonly string[];
  /** The address that the server sees. */
  readonly address?: string | undefined;
}

/** Reads the caller from the server. The admin certificate is known already, and needs no roles. */
export async function readCaller(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
): Promise<Caller> {
  const { username } = connection;
  if (cluster.adminDn !== undefined) {
    return { kind: "certificate", name: cluster.adminDn, ignoredUser: username, backendRoles: [], roles: [] };
  }
  const { body } = await reader.readAside(securityPath(connection, "authinfo"));
  const {
    user_name: told,
    backend_roles: backendRoles,
    roles,
    remote_address: remote,
  } = isRecord(body) ? body : {};
  const name = typeof told === "string" ? told : username;
  return {
    kind: findCallerKind(connection),
    name,
    backendRoles: toTexts(backendRoles),
    roles: toTexts(roles),
    address: typeof remote === "string" ? removePort(remote) : undefined,
  };
}

/** Returns the address as mappings compare it. The server shows IPv6 as `[::1]:50656` (seen on 3.4.0). */
export function removePort(remote: string): string {
  return remote.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

/** The caller for a report, without the login. The server may echo it as a name. */
export function redactCaller(caller: Caller, connection: Connection): Caller {
  const hide = createLoginRedactor(connection);
  const { name, address, backendRoles, roles } = caller;
  return {
    ...caller,
    name: name === connection.username ? name : name && hide(name),
    address: address && hide(address),
    backendRoles: backendRoles.map(hide),
    roles: roles.map(hide),
  };
}

function findCallerKind({ signer, token, username, clientCert }: Connection): Caller["kind"] {
  if (signer) return "iam";
  if (token) return "token";
  if (username !== undefined) return "user";
  return clientCert === undefined ? "nobody" : "certificate";
}

function toTexts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String).toSorted() : [];
}
