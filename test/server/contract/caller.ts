import { Agent, request } from "undici";
import type { Json } from "../../../src/model/value.ts";

/** What the server said: the body as JSON if it is JSON, else the text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json;
}

/** Speaks raw HTTP for one identity. A path without a leading slash is below the Security API. */
export interface Caller {
  get(path: string): Promise<Answer>;
  put(path: string, body?: Json): Promise<Answer>;
  post(path: string, body?: Json): Promise<Answer>;
  patch(path: string, body: Json): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** Any request, with the body as it is and no header but those given. */
  send(
    method: Method,
    path: string,
    text?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** Who calls, and whom they trust; all PEM. */
export interface Identity {
  readonly user?: string;
  readonly password?: string;
  readonly caCert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export const securityPath = "/_plugins/_security";

export const legacyPath = "/_opendistro/_security";

export function openCaller(
  url: string,
  identity: Identity,
  prefix = securityPath,
): Caller & { close(): Promise<void> } {
  const { user, password, caCert: ca, cert, key } = identity;
  const tls = Object.fromEntries(Object.entries({ ca, cert, key }).filter(([, pem]) => pem !== undefined));
  const dispatcher = new Agent({ connect: tls });
  const credentials = Buffer.from(`${user}:${password}`).toString("base64");
  const authorization: Record<string, string> = user ? { authorization: `Basic ${credentials}` } : {};

  const send: Caller["send"] = async (method, path, text, headers) => {
    const target = path.startsWith("/") ? `${url}${path}` : `${url}${prefix}/api/${path}`;
    const options = { dispatcher, method, body: text ?? null, headers: { ...authorization, ...headers } };
    const { statusCode, headers: answered, body } = await request(target, options);
    return { status: statusCode, headers: answered, body: parse(await body.text()) };
  };
  const sendJson = (method: Method, path: string, body?: Json): Promise<Answer> =>
    body === undefined
      ? send(method, path)
      : send(method, path, JSON.stringify(body), { "content-type": "application/json" });
  return {
    send,
    get: (path) => send("GET", path),
    put: (path, body) => sendJson("PUT", path, body),
    post: (path, body) => sendJson("POST", path, body),
    patch: (path, body) => sendJson("PATCH", path, body),
    delete: (path) => send("DELETE", path),
    close: () => dispatcher.close(),
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
