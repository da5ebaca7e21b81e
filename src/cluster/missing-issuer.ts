import { connect, type ConnectionOptions } from "node:tls";
import type { Connection } from "../model/cluster.ts";
import { proxyVariable } from "./dispatcher.ts";
import { createLoginRedactor, showName } from "./redact-login.ts";
import { readChain } from "./status/peer-certificate.ts";

/** The longest time to look at a certificate that is not trusted. */
const timeoutMsMax = 5_000;

/**
 * Finds the name of the authority that signed the last certificate of an untrusted chain. It connects once
 * more, because the failed connection keeps no certificate, and sends nothing.
 */
export async function findMissingIssuer(connection: Connection): Promise<string | undefined> {
  if (connection.proxy[proxyVariable(connection)] !== undefined) return undefined;
  const { hostname, port } = new URL(connection.url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const options = { host, port: Number(port || 443), ...serverName(host), rejectUnauthorized: false };
  const issuer = await readIssuer({ ...options, ca: connection.caCert });
  return showName(createLoginRedactor(connection), issuer);
}

/** TLS allows no addresses as server names. */
function serverName(host: string): Pick<ConnectionOptions, "servername"> {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

async function readIssuer(options: ConnectionOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(options, () => {
      const last = readChain(socket.getPeerCertificate(true)).at(-1);
      resolve(last?.issuer);
      socket.destroy();
    });
    socket.setTimeout(timeoutMsMax, () => socket.destroy());
    socket.on("error", () => {}).on("close", () => resolve(undefined));
  });
}
