import { asRecord } from "../as-record.ts";
import { createLoginRedactor } from "../redact-login.ts";
import { securityPath } from "../paths.ts";
import type { Answer, Connection, Reader } from "../../model/cluster.ts";
import type { Json } from "../../model/value.ts";

/** A certificate that the cluster uses. */
export interface CertificateInfo {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly notAfter: string;
  /** The nodes that hold it. Empty if osac knows it only from its own connection. */
  readonly nodes: readonly string[];
  /** `http`, `transport`, `transport_client`. */
  readonly uses: readonly string[];
}

/**
 * Reads the certificates of all nodes; before 2.15 those of the node that answers. Undefined if the caller
 * may not read them: the server requires the admin certificate, or `restapi:admin/ssl/certs/info`.
 */
export async function readCertificates(
  reader: Reader,
  connection: Connection,
): Promise<readonly CertificateInfo[] | undefined> {
  const hide = createLoginRedactor(connection);
  const all = mergeCertificates(
    parseAllNodes(await reader.readAside(securityPath(connection, "api/certificates"))),
  );
  if (all.length > 0) return all.map((certificate) => redactCertificate(certificate, hide));
  const own = mergeCertificates(
    parseOneNode(await reader.readAside(securityPath(connection, "api/ssl/certs"))),
  );
  return own.length > 0 ? own.map((certificate) => redactCertificate(certificate, hide)) : undefined;
}

/** A certificate without the login of the caller. The server may echo it as a name. */
function redactCertificate(
  { notAfter, ...names }: CertificateInfo,
  hide: (text: string) => string,
): CertificateInfo {
  return {
    subject: hide(names.subject),
    issuer: hide(names.issuer),
    notAfter,
    nodes: names.nodes.map(hide),
    uses: names.uses.map(hide),
  };
}

/** `{nodes: {id: {name, certificates: {http: […], transport: […]}}}}` */
function parseAllNodes({ body }: Answer): CertificateInfo[] {
  return Object.values(asRecord(asRecord(body)["nodes"])).flatMap((node) => {
    const { name, certificates } = asRecord(node);
    return Object.entries(asRecord(certificates)).flatMap(([use, list]) =>
      parseCertificates(list, [String(name)], use),
    );
  });
}

/** `{http_certificates_list: […], transport_certificates_list: […]}` */
function parseOneNode({ body }: Answer): CertificateInfo[] {
  const { http_certificates_list: http, transport_certificates_list: transport } = asRecord(body);
  return [...parseCertificates(http, [], "http"), ...parseCertificates(transport, [], "transport")];
}

/** `not_before` is not read: 2.19 and 3.4 answer it with the value of `not_after`. */
function parseCertificates(list: Json | undefined, nodes: string[], use: string): CertificateInfo[] {
  if (!Array.isArray(list)) return [];
  const dated = list.map(asRecord).filter(({ not_after: end }) => !Number.isNaN(Date.parse(String(end))));
  return dated.map(({ subject_dn: subject, issuer_dn: issuer, not_after: notAfter }) => ({
    subject: String(subject),
    issuer: String(issuer),
    // The server may add words to a date.
    notAfter: new Date(String(notAfter)).toISOString().replace(".000Z", "Z"),
    nodes,
    uses: [use],
  }));
}

/**
 * Merges the entries of each certificate. Nodes list it once for each use, and an authority once for each
 * node.
 */
function mergeCertificates(certificates: readonly CertificateInfo[]): CertificateInfo[] {
  const found = new Map<string, CertificateInfo>();
  for (const certificate of certificates) {
    const key = JSON.stringify([certificate.subject, certificate.issuer, certificate.notAfter]);
    const { nodes = [], uses = [] } = found.get(key) ?? {};
    found.set(key, {
      ...certificate,
      nodes: [...new Set([...nodes, ...certificate.nodes])],
      uses: [...new Set([...uses, ...certificate.uses])],
    });
  }
  return [...found.values()];
}
