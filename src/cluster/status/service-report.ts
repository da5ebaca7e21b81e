import type { Answer, Connection, Reader } from "../../model/cluster.ts";
import { securityPath } from "../paths.ts";

/** A path, and what the service answers. */
export interface AnsweredCall {
  readonly path: string;
  readonly answer: Answer;
}

/** What no documentation of a managed service says: whether it offers these. */
const routes = [
  "whoami",
  "authinfo",
  "health",
  "api/account",
  "api/permissionsinfo",
  "api/securityconfig",
  "api/audit",
  "api/allowlist",
  "api/nodesdn",
];

/** Sends the ten read-only requests whose answers show what a managed service offers. */
export async function readServiceReport(
  reader: Reader,
  connection: Connection,
): Promise<readonly AnsweredCall[]> {
  const paths = ["/", ...routes.map((route) => securityPath(connection, route))];
  return Promise.all(paths.map(async (path) => ({ path, answer: await reader.readAside(path) })));
}
