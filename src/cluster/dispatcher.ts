import { Agent, EnvHttpProxyAgent, errors, Pool, type Dispatcher } from "undici";
import type { Connection } from "../model/cluster.ts";

/** The longest time to open a connection. */
export const connectTimeoutMsMax = 10_000;

/**
 * The largest answer: the limit of all files together, and eight times the largest known configuration of a
 * cluster.
 */
export const answerBytesMax: number = 24 * 2 ** 20;

/**
 * The largest answer of an endpoint that the run does not require. The certificates of a thousand nodes need
 * less.
 */
export const sideBytesMax: number = 2 * 2 ** 20;

/** The network route to a server. */
type Route = Pick<
  Connection,
  "url" | "timeoutMs" | "caCert" | "clientCert" | "clientKey" | "insecure" | "proxy"
>;

/** Opens kept-alive connections to one server, directly or through the proxy that is set for it. */
export function openAgent(connection: Route): Dispatcher {
  const { timeoutMs } = connection;
  const tls = {
    ca: connection.caCert,
    cert: connection.clientCert,
    key: connection.clientKey?.reveal(),
    rejectUnauthorized: !connection.insecure,
    // As in curl and Java, a trusted intermediate authority needs no root.
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
    // The authority and the client certificate are for the cluster, not for the proxy.
    proxyTls: { timeout: tls.timeout },
    // Without these limits osac would wait minutes for a proxy that does not respond.
    clientFactory: (origin, options) => failBrokenTunnels(new Pool(origin, { ...options, ...limits })),
  });
}

/**
 * Turns a broken connection to a proxy into an ordinary network error. If the proxy closes the connection or
 * sends a body, undici would connect again at once, without end (`onError` and `resumeH1` of its client).
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

/** Opens kept-alive connections to one cluster, and traces each request if `connection` has a trace. */
export function openDispatcher(connection: Connection): Dispatcher {
  const agent = openAgent(connection);
  return connection.trace ? agent.compose(createTracer(connection.trace)) : agent;
}

/** The scheme whose proxy variable applies to an address. */
export function proxyVariable({ url }: Pick<Route, "url">): "http" | "https" {
  return url.startsWith("https:") ? "https" : "http";
}

/** Traces each request, retries included: method, path, status, time and size, and nothing else. */
function createTracer(say: (line: string) => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const began = performance.now();
    let status = "no answer";
    let bytes = 0;
    const tell = (fault = ""): void =>
      say(
        `${options.method} ${options.path} ${status} ${Math.round(performance.now() - began)} ms ${bytes} bytes${fault}`,
      );
    return dispatch(options, {
      onRequestStart: (...told) => handler.onRequestStart?.(...told),
      onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
      onResponseStart: (...told) => {
        status = String(told[1]);
        handler.onResponseStart?.(...told);
      },
      onResponseData: (...told) => {
        bytes += told[1].length;
        handler.onResponseData?.(...told);
      },
      onResponseEnd: (...told) => {
        tell();
        handler.onResponseEnd?.(...told);
      },
      onResponseError: (...told) => {
        const [, { name, ...error }] = told;
        const { code = name } = error as { readonly code?: string };
        // This code means that osac itself ended the request, because it did not need the answer.
        if (code !== "UND_ERR_DESTROYED") tell(` ${code}`);
        handler.onResponseError?.(...told);
      },
    });
  };
}
