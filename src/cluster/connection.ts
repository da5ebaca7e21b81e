import { Agent, EnvHttpProxyAgent, errors, interceptors, Pool, type Dispatcher } from "undici";
import type { Connection } from "../model.ts";
import { tracing } from "./trace.ts";

const connectTimeoutMsMax = 10_000;
const retriesMax = 3;

/** More than any cluster has to say: the server itself takes no more than 100 MB at once. */
const answerBytesMax = 256 * 1024 * 1024;

/** Statuses by which a proxy or a busy server asks to be asked again. */
const retriedStatuses = [429, 502, 503, 504];

/** Faults of an established connection; a closed port or an unknown host will not heal within seconds. */
const retriedErrors = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** How a server is reached, whoever asks it. */
type Route = Pick<
  Connection,
  "url" | "timeoutMs" | "caCert" | "clientCert" | "clientKey" | "insecure" | "proxy"
>;

/** Kept-alive connections to one server, straight or through the proxy that is set for it. */
export function openAgent(connection: Route): Dispatcher {
  const { timeoutMs } = connection;
  const tls = {
    ...(connection.caCert === undefined ? {} : { ca: connection.caCert }),
    ...(connection.clientCert === undefined ? {} : { cert: connection.clientCert }),
    ...(connection.clientKey === undefined ? {} : { key: connection.clientKey.reveal() }),
    rejectUnauthorized: !connection.insecure,
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
    // Without limits of its own a proxy that says nothing would be waited for for minutes.
    clientFactory: (origin, options) => proxyPool(new Pool(origin, { ...options, ...limits })),
  });
}

/**
 * A proxy that hangs up is to undici an open connection that broke: it would connect again at once, without end (`onError` of
 * its client). Said as the network says it, it is an error like any other.
 */
function proxyPool(pool: Pool): Pool {
  const open = pool.connect.bind(pool);
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    try {
      return await open(options);
    } catch (error) {
      if (!(error instanceof errors.SocketError)) throw error;
      throw Object.assign(new Error("the proxy hung up", { cause: error }), { code: "ECONNRESET" });
    }
  };
  return Object.assign(pool, { connect });
}

/** The same to one cluster. Reads are retried, unless told otherwise, writes never. */
export function openDispatcher(
  connection: Connection,
  { retries = retriesMax }: { readonly retries?: number } = {},
): Dispatcher {
  return openAgent(connection).compose(
    ...(connection.trace ? [tracing(connection.trace)] : []),
    interceptors.retry({
      maxRetries: retries,
      minTimeout: 200,
      maxTimeout: 5_000,
      methods: ["GET"],
      statusCodes: retriedStatuses,
      errorCodes: retriedErrors,
      throwOnError: false,
    }),
  );
}

/** The variable that names the proxy for an address. */
export function proxyVariable({ url }: Pick<Route, "url">): "http" | "https" {
  return url.startsWith("https:") ? "https" : "http";
}
