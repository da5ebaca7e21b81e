import { connect, type ConnectionOptions, type DetailedPeerCertificate } from "node:tls";
import type { Connection } from "../model/cluster.ts";
import { proxyVariable } from "./dispatcher.ts";
import { createLoginRedactor, showName } from "./redact-login.ts";
import { formatName, listChain } from "./status/peer-certificate.ts";

/** The longest time to look at a certificate that osac does not trust. */
const timeoutMsMax = 5_000;

/** Why osac refused the certificate of the server. */
export type CertificateFlaw = "untrusted" | "expired" | "not-yet-valid";

/**
 * Describes which certificate of the server's chain has the flaw. osac connects once more, because the failed
 * connection keeps no certificate, and sends nothing.
 */
export async function describeRefusedCertificate(
  connection: Connection,
  flaw: CertificateFlaw,
): Promise<string | undefined> {
  if (connection.proxy[proxyVariable(connection)] !== undefined) return undefined;
  const { hostname, port } = new URL(connection.url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const options = { host, port: Number(port || 443), ...serverName(host), rejectUnauthorized: false };
  const chain = listChain(await readCertificate({ ...options, ca: connection.caCert }));
  const hide = createLoginRedactor(connection);
  return describeFlaw(chain, flaw, (subject) => showName(hide, formatName(subject))!);
}

/** TLS allows no addresses as server names. */
function serverName(host: string): Pick<ConnectionOptions, "servername"> {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

async function readCertificate(options: ConnectionOptions): Promise<DetailedPeerCertificate | undefined> {
  return new Promise((resolve) => {
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate(true));
      socket.destroy();
    });
    socket.setTimeout(timeoutMsMax, () => socket.destroy());
    socket.on("error", () => {}).on("close", () => resolve(undefined));
  });
}

function describeFlaw(
  chain: readonly DetailedPeerCertificate[],
  flaw: CertificateFlaw,
  show: (subject: DetailedPeerCertificate["subject"]) => string,
): string | undefined {
  const last = chain.at(-1);
  if (flaw === "untrusted") return last && `the certificate of ${show(last.issuer)} is missing`;
  if (flaw === "expired") {
    const old = chain.find(({ valid_to: end }) => Date.parse(end) < Date.now());
    return old && `that of ${show(old.subject)} expired on ${formatDay(old.valid_to)}`;
  }
  const early = chain.find(({ valid_from: start }) => Date.parse(start) > Date.now());
  return early && `that of ${show(early.subject)} is valid from ${formatDay(early.valid_from)} on`;
}

function formatDay(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
