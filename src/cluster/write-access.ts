import { isRecord } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import type { Answer, ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { ServiceName } from "../model/service-name.ts";
import type { KindName } from "../model/kind-name.ts";
import { securityPath } from "./paths.ts";
import { noAccess, explainRefusal } from "./explain-refusal.ts";

/** The reason why the caller may not write a kind. */
export interface Forbidden {
  readonly kind: KindName;
  readonly reason: string;
  readonly hint?: string | undefined;
}

/**
 * Finds the kinds that the caller may not write, before anything is written. `permissionsinfo` covers most
 * kinds in one request, but is wrong in both directions. osac probes each kind that it denies.
 */
export async function findForbiddenKinds(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
  names: readonly KindName[],
): Promise<Forbidden[]> {
  const isDenied = cluster.adminDn === undefined ? await readDeniedKinds(reader, connection) : () => false;
  // Policies of IAM allow methods, of which `permissionsinfo` knows nothing.
  const isSigned = connection.signer !== undefined;
  const doubtful = names.filter((name) => isSigned || kinds[name].hasOwnGate || isDenied(name));
  const answers = await Promise.all(
    doubtful.map(async (name) => explainForbidden(name, await reader.probe(name), connection.service)),
  );
  return answers.filter((answer) => answer !== undefined);
}

async function readDeniedKinds(reader: Reader, connection: Connection): Promise<(name: KindName) => boolean> {
  const { body } = await reader.readAside(securityPath(connection, "api/permissionsinfo"));
  if (!isRecord(body) || body["has_api_access"] !== true) return () => true;
  const disabled = body["disabled_endpoints"];
  return (name) => {
    const methods = isRecord(disabled) ? disabled[name.toUpperCase()] : undefined;
    return Array.isArray(methods) && methods.includes("PATCH");
  };
}

/** The server denies the method of a write to a role that may only read. */
const onlyRead = {
  reason: "the server does not let the caller write it",
  hint: "to let it write, give it a role of plugins.security.restapi.roles_enabled whose plugins.security.restapi.endpoints_disabled does not have PATCH",
};

/** Explains the answer to a probe. A caller who may write gets 400 "Wrong request body". */
export function explainForbidden(
  name: KindName,
  answer: Answer,
  service?: ServiceName,
): Forbidden | undefined {
  if (answer.status === 400 && /Wrong request body/i.test(answer.text)) return undefined;
  if (answer.status === 403 && noAccess.test(answer.text) && service === undefined)
    return { kind: name, ...onlyRead };
  const { reason, hint } = explainRefusal(kinds[name], answer, service);
  return { kind: name, reason, hint };
}
