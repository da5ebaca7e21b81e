import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { requireAllowlisted } from "./allowlist.ts";
import { Refusal, coreError, exception, text, type Answer } from "./answers.ts";
import { Edge } from "./amazon/edge.ts";
import { Logins, type Credentials } from "./authenticate.ts";
import { Unreadable } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";
import { dispatch, findRoute, makeRoutes, type Route } from "./routes.ts";

/** A sent request, without secrets. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** 0 if the connection closed before an answer. */
  readonly status: number;
}

/** A fault that replaces or precedes the answer to a request. */
export interface Fault {
  /** Answers with this status, and with `body` if it is set. */
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Executes the request, and then answers with the status, or hangs. */
  readonly isWritten?: boolean;
  /** Delays the usual answer. */
  readonly delayMs?: number;
  /**
   * `hang` never answers, `half` sends half a body, `reset` closes the connection. `lost` executes the
   * request before it closes the connection, `late` executes it `delayMs` afterwards.
   */
  readonly connection?: "hang" | "half" | "reset" | "lost" | "late";
  /** Limits the fault to requests for which this returns true. */
  readonly when?: (request: { readonly method: string; readonly path: string }) => boolean;
}

export interface Listening {
  readonly url: string;
  stop(): Promise<void>;
}

/** The longest body that a server accepts (`http.max_content_length`). */
const bodyBytesMax = 100 * 1024 * 1024;

/** Listens on a free port of the loopback interface, with TLS unless the settings disable it. */
export async function listen(
  node: SimulatedNode,
  options: {
    readonly port: number;
    readonly requests: LoggedRequest[];
    readonly faults: Fault[];
  },
): Promise<Listening> {
  const { ca, server: own } = node.certificates;
  const listener = createListener(node, options.requests, options.faults);
  const tls = { cert: own.cert, key: own.key, ca: ca.cert, requestCert: true, rejectUnauthorized: false };
  const server = node.settings.tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${node.settings.tls ? "https" : "http"}://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createListener(node: SimulatedNode, requests: LoggedRequest[], faults: Fault[]): RequestListener {
  const logins = new Logins(node);
  const routes = makeRoutes(node);
  const edge = node.amazon && new Edge(node.amazon);
  return (request, response) => {
    if (isStranger(request.socket)) {
      response.destroy();
      return;
    }
    const method = request.method ?? "GET";
    const path = (request.url ?? "/").split("?")[0]!;
    response.once("close", () =>
      requests.push({ method, path, status: response.writableFinished ? response.statusCode : 0 }),
    );
    const fault = takeFault(faults, { method, path });
    const answer = (body: string | undefined): Promise<Answer> =>
      answerRequest(node, routes, logins, { request, method, path, body, edge });
    const answered = readBody(request).then((body) =>
      fault ? meetFault(fault, response, () => answer(body)) : answer(body),
    );
    answered
      .then((found) => found && send(node, response, found, fault?.connection === "half"))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

/** Returns the answer that remains to be sent after a fault, if any. */
async function meetFault(
  fault: Fault,
  response: ServerResponse,
  answerUsually: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const { connection, status, body = "", headers, delayMs = 0 } = fault;
  if (connection === "late") response.destroy();
  await sleep(delayMs);
  const made = status === undefined ? undefined : text(status, body, headers);
  const usual = isWorking(fault) ? await answerUsually() : undefined;
  if (connection === "hang") return undefined;
  if (connection === undefined || connection === "half") return made ?? usual;
  response.destroy();
  return undefined;
}

function isWorking({ connection, status, isWritten }: Fault): boolean {
  const isIdle = connection === "hang" || status !== undefined;
  return connection !== "reset" && (!isIdle || isWritten === true);
}

/**
 * Returns true for a certificate of another authority. As with `clientauth_mode: OPTIONAL`, a connection
 * without one is accepted.
 */
function isStranger(socket: Socket): boolean {
  return socket instanceof TLSSocket && !socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

function takeFault(
  faults: Fault[],
  request: { readonly method: string; readonly path: string },
): Fault | undefined {
  const index = faults.findIndex(({ when }) => when?.(request) ?? true);
  return index < 0 ? undefined : faults.splice(index, 1)[0];
}

interface Received {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  /** Undefined if it is longer than the server accepts. */
  readonly body: string | undefined;
  /** What stands before the node. */
  readonly edge: Edge | undefined;
}

async function answerRequest(
  node: SimulatedNode,
  routes: readonly Route[],
  logins: Logins,
  received: Received,
): Promise<Answer> {
  try {
    return await handle(node, routes, logins, received);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof Unreadable) return exception(500, "unchecked_i_o_exception", error.message);
    throw error;
  }
}

async function handle(
  node: SimulatedNode,
  routes: readonly Route[],
  logins: Logins,
  received: Received,
): Promise<Answer> {
  const { request, method, path, body, edge } = received;
  if (body === undefined) return text(413, "");
  const aws = edge?.admit({ method, target: request.url ?? "/", headers: request.headers, body });
  requireJson(request.headers["content-type"], body);
  const { route } = findRoute(routes, method, path);
  const credentials = { ...readCredentials(request), aws };
  const isOpen = /\/(?:whoami|health)$/.test(route.path);
  const caller = isOpen ? await openCaller(logins, credentials) : await logins.authenticate(credentials);
  requireAllowlisted(node, caller, method, path);
  const query = new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
  return dispatch(routes, method, path, { node, caller, clientDn: credentials.clientDn, query, body });
}

/** Paths without a login ignore wrong credentials. */
async function openCaller(logins: Logins, credentials: Credentials): ReturnType<Logins["authenticate"]> {
  return logins
    .authenticate({ ...credentials, authorization: undefined, aws: undefined })
    .catch(() => undefined);
}

/** Core refuses a body without a content type that it knows. */
function requireJson(contentType: string | undefined, body: string): void {
  if (body === "" || /^application\/json\b(?!-)/i.test(contentType ?? "")) return;
  throw new Refusal(coreError(406, `Content-Type header [${contentType ?? ""}] is not supported`));
}

function readCredentials(request: IncomingMessage): Credentials {
  const { socket } = request;
  const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return {
    clientDn: peer?.subject.split("\n").toReversed().join(","),
    authorization: request.headers.authorization,
    remoteAddress: socket.remoteAddress ?? "127.0.0.1",
    remotePort: socket.remotePort ?? 0,
  };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length <= bodyBytesMax) chunks.push(chunk as Buffer);
  }
  return length > bodyBytesMax ? undefined : Buffer.concat(chunks).toString();
}

function send(node: SimulatedNode, response: ServerResponse, answer: Answer, isHalf: boolean): void {
  const content = answer.body === undefined ? (answer.text ?? "") : JSON.stringify(answer.body);
  response.statusCode = answer.status;
  if (node.quirks.versionHeader && !node.amazon)
    response.setHeader("x-opensearch-version", `OpenSearch/${node.version} (opensearch)`);
  const type = answer.body === undefined ? "text/plain" : "application/json";
  response.setHeader("content-type", `${type}; charset=UTF-8`);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.setHeader("content-length", Buffer.byteLength(content));
  if (!isHalf) return void response.end(content);
  response.write(content.slice(0, content.length / 2), () => response.destroy());
}
