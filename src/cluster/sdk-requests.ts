import { errors, type Dispatcher } from "undici";
import type { Connection } from "../model/cluster.ts";
import { registerSecret } from "../secrets/secret.ts";
import { openAgent } from "./dispatcher.ts";

/** The parts of a request of the AWS SDK that make it one of HTTP. */
interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkResponse {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

/** Sends the requests of the AWS SDK. */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest): Promise<SdkResponse>;
}

/** An answer with credentials has a few thousand bytes. */
const answerBytesMax = 2 ** 18;

/**
 * Makes the AWS SDK ask for credentials (STS, SSO) as osac asks the cluster: through the proxy of the
 * environment, and within limits. The SDK reads no variable of a proxy, and waits for a silent service
 * without end.
 */
export function makeSdkRequestHandler({
  proxy,
  timeoutMs,
}: Pick<Connection, "proxy" | "timeoutMs">): SdkRequestHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async ({ protocol, hostname, port, path, query, method, headers, body }) => {
      registerLogin(headers, body);
      const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
      const agent = openAgent({ url: origin, timeoutMs, proxy, insecure: false });
      try {
        const answer = await agent.request({
          origin,
          path: path + formatQuery(query),
          method,
          headers,
          body: typeof body === "string" || body instanceof Uint8Array ? body : null,
        });
        const read = await readBytes(answer.body);
        return {
          response: { statusCode: answer.statusCode, headers: joinValues(answer.headers), body: read },
        };
      } finally {
        await agent.destroy();
      }
    },
  };
}

/** Headers of the SDK with the token of a session. */
const tokenHeaders = ["x-amz-sso_bearer_token", "x-amz-security-token"];

/** Registers the tokens of a request, because a refusal may quote what it refuses. */
function registerLogin(headers: SdkRequest["headers"], body: unknown): void {
  const sent = tokenHeaders.map((name) => headers[name]);
  const posted = typeof body === "string" ? new URLSearchParams(body).get("WebIdentityToken") : null;
  for (const token of [...sent, posted]) if (token) registerSecret(token);
}

async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new errors.ResponseExceededMaxSizeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joinValues(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value = ""]) => [name, String(value)]));
}

function formatQuery(query: SdkRequest["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((one): [string, string] => [name, one]),
  );
  return pairs.length === 0 ? "" : `?${String(new URLSearchParams(pairs))}`;
}
