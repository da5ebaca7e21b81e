import type { Connection } from "../model/cluster.ts";

const current = "_plugins/_security";

/** Paths that the legacy prefix lacks on at least one supported server (seen on 2.11.1, 2.19.4 and 3.4.0). */
const withoutLegacy: readonly string[] = [
  "whoami",
  "configupdate",
  "api/allowlist",
  "api/cache/user",
  "api/certificates",
  "api/versions",
];

/** Paths with another name under the legacy prefix. */
const legacyNames: Readonly<Record<string, string>> = { dashboardsinfo: "kibanainfo" };

/** The path of a route of the plugin (`authinfo`, `api/roles`), below the prefix where the server has it. */
export function securityPath({ apiPrefix }: Pick<Connection, "apiPrefix">, route: string): string {
  if (apiPrefix === current || withoutLegacy.includes(route)) return `/${current}/${route}`;
  return `/${apiPrefix}/${legacyNames[route] ?? route}`;
}
