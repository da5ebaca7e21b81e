import { Agent, EnvHttpProxyAgent, interceptors, type Dispatcher } from "undici";
import type { Connection } from "../model.ts";
import { tracing } from "./trace.ts";

const connectTimeoutMsMax = 10_000;
const retriesMax = 3;

/** Statuses by which a proxy or a busy server asks to be asked again. */
const retriedStatuses = [429, 502, 503, 504];

/** Faults of an established connection; a closed port or an unknown host will not heal within seconds. */
const retriedErrors = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** How a server is reached, whoever asks it. */
type Route = Pick<Connection, "timeoutMs" | "caCert" | "clientCert" | "clientKey" | "insecure" | "proxy">;

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
  const options = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return usesProxy(connection)
    ? new EnvHttpProxyAgent({ ...options, ...proxyOptions(connection), connect: tls, requestTls: tls })
    : new Agent({ ...options, connect: tls });
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

function usesProxy({ proxy }: Route): boolean {
  return Boolean(proxy.http || proxy.https);
}

function proxyOptions({ proxy }: Route): { httpProxy?: string; httpsProxy?: string; noProxy?: string } {
  return {
    ...(proxy.http ? { httpProxy: proxy.http } : {}),
    ...(proxy.https ? { httpsProxy: proxy.https } : {}),
    ...(proxy.none ? { noProxy: proxy.none } : {}),
  };
}
