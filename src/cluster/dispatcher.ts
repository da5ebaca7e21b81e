import { Agent, EnvHttpProxyAgent, errors, Pool, type Dispatcher } from "undici";
import type { Connection } from "../model/cluster.ts";
import { createTracer } from "./trace.ts";

/** No connection takes longer to be made. */
export const connectTimeoutMsMax = 10_000;

/** As much as all files together may have, and eight times the largest configuration that a cluster is known to bear. */
export const answerBytesMax: number = 24 * 2 ** 20;

/** No side endpoint says as much; the certificates of a thousand nodes have a part of it. */
export const sideBytesMax: number = 2 * 2 ** 20;

/** The network route to a server. */
type Route = Pick<
  Connection,
  "url" | "timeoutMs" | "caCert" | "clientCert" | "clientKey" | "insecure" | "proxy"
>;

/** Kept-alive connections to one server, straight or through the proxy that is set for it. */
export function openAgent(connection: Route): Dispatcher {
  const { timeoutMs } = connection;
  const tls = {
    ca: connection.caCert,
    cert: connection.clientCert,
    key: connection.clientKey?.reveal(),
    rejectUnauthorized: !connection.insecure,
    // As curl and Java do: an intermediate authority that is trusted needs no root above it.
    allowPartialTrustChain: true,
    timeout: Math.min(timeoutMs, connectTimeoutMsMax),
  };
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxResponseSize: answerBytesMax };
  const proxy = connection.proxy[proxyVariable(connection)];
  if (!proxy) return new Agent({ ...limits, connect: tls });
  return new EnvHttpProxyAgent({
    ...limits,
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: connection.proxy.none ?? "",
    connect: tls,
    requestTls: tls,
    // The authority and the certificate are the cluster's.
    proxyTls: { timeout: tls.timeout },
    // Without limits of its own a proxy that says nothing would be waited for for minutes.
    clientFactory: (origin, options) => failBrokenTunnels(new Pool(origin, { ...options, ...limits })),
  });
}

/**
 * A proxy that hangs up, or says more than that it has connected, is to undici an open connection that broke: it would
 * connect again at once, without end (`onError` and `resumeH1` of its client). Said as the network says it, it is an
 * error like any other.
 */
function failBrokenTunnels(pool: Pool): Pool {
  const open = pool.connect.bind(pool);
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const tunnel = await open(options).catch((error: Error) => {
      throw error instanceof errors.SocketError ? brokenTunnelError() : error;
    });
    if (tunnel.statusCode !== 200 || tunnel.socket.readableLength === 0) return tunnel;
    tunnel.socket.on("error", () => {}).destroy();
    throw brokenTunnelError();
  };
  return Object.assign(pool, { connect });
}

function brokenTunnelError(): Error {
  return Object.assign(new Error("the proxy did not connect"), { code: "ECONNRESET" });
}

/** The same to one cluster, and whoever traces it is told of each request. */
export function openDispatcher(connection: Connection): Dispatcher {
  const agent = openAgent(connection);
  return connection.trace ? agent.compose(createTracer(connection.trace)) : agent;
}

/** The variable that names the proxy for an address. */
export function proxyVariable({ url }: Pick<Route, "url">): "http" | "https" {
  return url.startsWith("https:") ? "https" : "http";
}
