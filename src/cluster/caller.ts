import { isFields } from "../kinds/canonical.ts";
import type { ClusterInfo, Connection, Json, Reader } from "../model.ts";
import { makeLoginHider } from "./hide-login.ts";
import { securityPath } from "./paths.ts";

/** As whom the server acts on a request. */
export interface Caller {
  readonly kind: "certificate" | "token" | "user" | "nobody";
  /** As the server calls it; absent where it will not say. */
  readonly name?: string;
  /** A user that was given as well, and at whom the server does not look. */
  readonly ignoredUser?: string;
  readonly backendRoles: readonly string[];
  readonly roles: readonly string[];
  /** The address that the server sees. */
  readonly address?: string;
}

/** Who the server takes the caller for. The certificate is known already, and has no roles to speak of. */
export async function readCaller(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
): Promise<Caller> {
  const { username, token } = connection;
  if (cluster.adminDn !== undefined) {
    const ignored = username === undefined ? {} : { ignoredUser: username };
    return { kind: "certificate", name: cluster.adminDn, ...ignored, backendRoles: [], roles: [] };
  }
  const { body } = await reader.readAside(securityPath(connection, "authinfo"));
  const {
    user_name: told,
    backend_roles: backendRoles,
    roles,
    remote_address: remote,
  } = isFields(body) ? body : {};
  const name = typeof told === "string" ? told : username;
  return {
    kind: token ? "token" : username === undefined ? withoutUser(connection) : "user",
    ...(name === undefined ? {} : { name }),
    backendRoles: texts(backendRoles),
    roles: texts(roles),
    ...(typeof remote === "string" ? { address: remote.replace(/:\d+$/, "") } : {}),
  };
}

/** The caller as a report may show it: the server might say the login again as a name. */
export function showCaller(caller: Caller, connection: Connection): Caller {
  const hide = makeLoginHider(connection);
  const { name, address, backendRoles, roles } = caller;
  return {
    ...caller,
    ...(name === undefined || name === connection.username ? {} : { name: hide(name) }),
    ...(address === undefined ? {} : { address: hide(address) }),
    backendRoles: backendRoles.map(hide),
    roles: roles.map(hide),
  };
}

function withoutUser({ clientCert }: Connection): Caller["kind"] {
  return clientCert === undefined ? "nobody" : "certificate";
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String).toSorted() : [];
}
