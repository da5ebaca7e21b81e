import type { CertificateLayer, Connection, Operator } from "../../model/cluster.ts";
import { readCertificates, type CertificateInfo } from "../status/certificates.ts";
import { openReader } from "../client.ts";
import { explainAnswer, isDone, type Explanation } from "./explain-answer.ts";
import { watchPeer } from "../status/peer-certificate.ts";

const explanations: readonly Explanation[] = [
  {
    status: 400,
    says: /ssl_cert_reload_enabled/,
    code: "not-enabled",
    message: "the server does not reload certificates on demand",
    hint: "set plugins.security.ssl_cert_reload_enabled: true in opensearch.yml, and restart the nodes once",
  },
  {
    status: 403,
    says: /Access denied/i,
    code: "not-allowed",
    message: "only REST administrators may have certificates reloaded",
    hint: "log in with the admin certificate; or set plugins.security.restapi.admin.enabled: true on the nodes, and give the caller the permission restapi:admin/ssl/certs/reload",
  },
];

/** Makes the node that answers load its certificates again. If it cannot, it keeps the old ones. */
export async function reloadCertificates(operator: Operator, layer: CertificateLayer): Promise<void> {
  const answer = await operator.reloadCertificates(layer);
  if (!isDone(answer)) throw explainAnswer(answer, explanations, "the node goes on with those it had");
}

/** Reads the certificates of a layer on a new connection. Empty if the caller may not read them. */
export async function readCertificatesInUse(
  connection: Connection,
  layer: CertificateLayer,
): Promise<readonly CertificateInfo[]> {
  const reader = openReader(connection);
  const peer = watchPeer(connection);
  try {
    const all = await readCertificates(reader, connection);
    return (all ?? peer.certificates()).filter(({ uses }) => uses.includes(layer));
  } finally {
    peer.stop();
    await reader.close();
  }
}
