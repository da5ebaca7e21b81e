import { channel } from "node:diagnostics_channel";
import { TLSSocket, type DetailedPeerCertificate } from "node:tls";
import type { Connection } from "../../model/cluster.ts";
import type { CertificateInfo } from "./certificates.ts";

/**
 * The message of undici about a new connection (its docs: `DiagnosticsChannel`, `undici:client:connected`).
 */
interface Connected {
  readonly connectParams: { readonly hostname: string; readonly port: string };
  readonly socket: unknown;
}

/** The certificates of the connections to the cluster, and a method that ends the watch. */
export interface PeerWatch {
  /**
   * The server's certificate and those that signed it. Empty over plain HTTP, or before the first connection.
   */
  certificates(): readonly CertificateInfo[];
  stop(): void;
}

/**
 * Watches for the certificate of the connections that the requests use, with the same authorities and the
 * same proxy.
 */
export function watchPeer({ url }: Pick<Connection, "url">): PeerWatch {
  const { hostname, port } = new URL(url);
  const connected = channel("undici:client:connected");
  let shown: readonly CertificateInfo[] = [];
  const listen = (message: unknown): void => {
    const { connectParams, socket } = message as Connected;
    const isOther = connectParams.hostname !== hostname || connectParams.port !== port;
    if (shown.length > 0 || isOther || !(socket instanceof TLSSocket)) return;
    shown = readChain(socket.getPeerCertificate(true));
  };
  connected.subscribe(listen);
  return { certificates: () => shown, stop: () => connected.unsubscribe(listen) };
}

/** Reads a chain. Its last certificate is its own issuer. An unknown issuer is missing. */
function readChain(certificate: DetailedPeerCertificate | undefined): CertificateInfo[] {
  return listChain(certificate).map(({ subject, issuer, valid_to: end }) => ({
    subject: formatName(subject),
    issuer: formatName(issuer),
    notAfter: new Date(end).toISOString().replace(".000Z", "Z"),
    nodes: [],
    uses: ["http"],
  }));
}

/** Lists a certificate, and those that signed it. Without a connection there is none. */
export function listChain(certificate: DetailedPeerCertificate | undefined): DetailedPeerCertificate[] {
  if (!certificate || Number.isNaN(Date.parse(certificate.valid_to))) return [];
  const { issuerCertificate: next } = certificate;
  return [certificate, ...(next === certificate ? [] : listChain(next))];
}

/** Formats a name as the server does: the most specific part first. */
export function formatName(parts: DetailedPeerCertificate["subject"]): string {
  return Object.entries(parts)
    .flatMap(([key, value]) => [value ?? []].flat().map((one) => `${key}=${one}`))
    .toReversed()
    .join(",");
}
