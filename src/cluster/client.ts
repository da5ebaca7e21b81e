import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { errors, type Dispatcher } from "undici";
import { OsacError, makeFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { isTooDeep } from "../value/depth.ts";
import { kinds } from "../kinds/index.ts";
import type { Answer, Connection, Operator, Reader, Reloader, Writer } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { RequestToSign, SideAnswer } from "../model/cluster.ts";
import type { Operation } from "../model/value.ts";
import { registerSecret, type Secret } from "../secrets/secret.ts";
import { holdsSecret, revealAll } from "../value/walk.ts";
import { answerBytesMax, connectTimeoutMsMax, openDispatcher, sideBytesMax } from "./dispatcher.ts";
import {
  brokenAnswer,
  explainConnectionFailure,
  deepAnswer,
  findCertificateFlaw,
  largeAside,
} from "./connection-failure.ts";
import { describeRefusedCertificate } from "./refused-certificate.ts";
import { securityPath } from "./paths.ts";
import { computeReadWaitMs, isTransient, readRetries } from "./retry-policy.ts";
import { largeAnswers, createTally, type Count } from "./answer-size.ts";
import { parseJson } from "../value/parse-json.ts";

/** The server answers a write when every node has reloaded, which takes minutes with many roles. */
export const writeTimeoutFactor = 10;

/** Errors of an answer that would occur again. */
const finalCodes = ["UND_ERR_BODY_TIMEOUT", "UND_ERR_RES_EXCEEDED_MAX_SIZE", largeAnswers, largeAside];

type Coded = Error & { readonly code?: string };
type Method = "GET" | "PATCH" | "PUT" | "DELETE";
type Send = (method: Method, path: string, body?: string) => Promise<Answer>;

/** Opens a cluster for reading. Nothing is sent yet. */
export function openReader(connection: Connection): Reader {
  return makeReader(connection, openClient(connection));
}

/** Opens a cluster for reading and writing. Only `apply` may call this. */
export function openWriter(connection: Connection): Writer {
  const client = openClient(connection);
  return {
    ...makeReader(connection, client),
    patch: (kind, operations) =>
      client.send("PATCH", collectionPath(connection, kind), formatPatch(operations)),
  };
}

/**
 * Opens a cluster for the maintenance commands. They change no configuration except for the caller's own
 * password.
 */
export function openOperator(connection: Connection): Operator {
  const client = openClient(connection);
  return {
    ...makeReader(connection, client),
    flushCache: (user) =>
      client.send(
        "DELETE",
        user === undefined
          ? securityPath(connection, "api/cache")
          : `${securityPath(connection, "api/cache/user")}/${encodeURIComponent(user)}`,
      ),
    reloadCertificates: (layer) =>
      client.send("PUT", securityPath(connection, `api/ssl/${layer}/reloadcerts`)),
    changePassword: (current, next) =>
      client.send(
        "PUT",
        securityPath(connection, "api/account"),
        JSON.stringify({ current_password: current.reveal(), password: next.reveal() }),
      ),
  };
}

/** Opens a cluster for reading, and for making its nodes load the stored documents. */
export function openReloader(connection: Connection): Reloader {
  const client = openClient(connection);
  return {
    ...makeReader(connection, client),
    reload: (names) =>
      client.send("PUT", `${securityPath(connection, "configupdate")}?config_types=${names.join(",")}`),
  };
}

/** The client that verifies passwords: a GET as another user, sent only once, because failed logins count. */
export interface LoginClient {
  get(path: string, username: string, password: Secret): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Opens a cluster for logins as other users. The caller's certificate is omitted, because it would override
 * them.
 */
export function openLoginClient(own: Connection): LoginClient {
  const connection = {
    ...own,
    clientCert: undefined,
    clientKey: undefined,
    token: undefined,
    signer: undefined,
  };
  const pool = openPool(connection);
  return {
    get: (path, username, password) =>
      sendWithRetries(pool, { ...connection, username, password }, { method: "GET", path, retries: 0 }),
    close: () => pool.dispatcher.destroy(),
  };
}

function makeReader(connection: Connection, client: Client): Reader {
  const unanswered = new Map<string, Finding>();
  return {
    read: (path) => client.send("GET", path),
    readAside: async (path) => {
      const answer: SideAnswer = await client.readAside(path).catch(toNoAnswer);
      const why = answer.failure?.findings[0]!.message ?? (isUseless(answer) ? noObject : undefined);
      if (why !== undefined) unanswered.set(path, toldNothing(path, why));
      return answer;
    },
    unanswered,
    probe: (kind) => client.send("PATCH", collectionPath(connection, kind), "[]"),
    requests: client.requests,
    close: () => client.close(),
  };
}

const noObject = "it is no JSON object";

function isUseless({ status, body }: Answer): boolean {
  return status === 200 && !isRecord(body);
}

function toNoAnswer(error: unknown): SideAnswer {
  if (!(error instanceof OsacError) || error.reason !== "access") throw error;
  return { status: 0, body: undefined, text: "", headers: {}, failure: error };
}

function toldNothing(path: string, why: string): Finding {
  return makeFinding("unusable-answer", {
    message: `the answer to GET ${path} cannot be used, and the run goes on without it: ${why}`,
    hint: "check the proxy or load balancer in between",
  });
}

/** The path of a kind's collection in the Security API. */
export function collectionPath(connection: Pick<Connection, "apiPrefix">, kind: KindName): string {
  return securityPath(connection, `api/${kinds[kind].path}`);
}

function formatPatch(operations: readonly Operation[]): string {
  return JSON.stringify(
    operations.map((operation) => {
      if (operation.op === "remove") return operation;
      assert(
        !holdsSecret(operation.value, ({ isPassword }) => isPassword),
        "a password must be hashed before it is sent",
      );
      return { ...operation, value: revealAll(operation.value) };
    }),
  );
}

interface Client {
  readonly send: Send;
  readonly readAside: (path: string) => Promise<Answer>;
  readonly requests: Record<string, number>;
  close(): Promise<void>;
}

function openClient(connection: Connection): Client {
  const pool = openPool(connection);
  const requests: Record<string, number> = {};
  const send: Send = async (method, path, body) => {
    requests[method] = (requests[method] ?? 0) + 1;
    return sendWithRetries(pool, connection, {
      method,
      path,
      body,
      retries: method === "GET" ? readRetries.retriesMax : 0,
    });
  };
  const readAside = async (path: string): Promise<Answer> => {
    requests["GET"] = (requests["GET"] ?? 0) + 1;
    return sendWithRetries(pool, connection, {
      method: "GET",
      path,
      retries: readRetries.retriesMax,
      bytesMax: sideBytesMax,
    });
  };
  return { send, readAside, requests, close: () => pool.dispatcher.destroy() };
}

/** The connections to the cluster, which osac can replace with new ones. */
interface ConnectionPool {
  readonly dispatcher: Dispatcher;
  /** Starts to count the bytes of the answer to a path. */
  readonly countAnswer: (path: string) => Count;
  /** Replaces the connections, unless they are replaced already. */
  reset(old: Dispatcher): void;
}

function openPool(connection: Connection): ConnectionPool {
  const pool = {
    dispatcher: openDispatcher(connection),
    countAnswer: createTally(),
    reset(old: Dispatcher): void {
      if (pool.dispatcher !== old) return;
      void old.destroy(new errors.HeadersTimeoutError());
      pool.dispatcher = openDispatcher(connection);
    },
  };
  return pool;
}

interface Request {
  readonly method: Method;
  readonly path: string;
  readonly body?: string | undefined;
  /** The most repetitions after a temporary error. */
  readonly retries: number;
  /** An answer with more bytes is refused. */
  readonly bytesMax?: number;
}

async function sendWithRetries(
  pool: ConnectionPool,
  connection: Connection,
  { method, path, body, retries, bytesMax = answerBytesMax }: Request,
): Promise<Answer> {
  const patienceMs = connection.timeoutMs * (method === "GET" ? 1 : writeTimeoutFactor);
  const { origin, pathname } = new URL(connection.url);
  const wire = { method, path: `${pathname.replace(/\/$/, "")}${path}`, body };
  const send = async (login: LoginHeaders): Promise<Answer> => {
    const headers = { ...login, "content-type": body === undefined ? undefined : "application/json" };
    const options = { ...wire, origin, headers, body: body ?? null, headersTimeout: patienceMs };
    return sendOnce(pool, options, { patienceMs, bytesMax });
  };
  for (let retry = 0; ; retry += 1) {
    const answer = await sendWithLogin(connection, wire, send).catch((error: Coded) => {
      if (error instanceof OsacError) throw error;
      return error;
    });
    if (retry === retries || !isTransient(answer)) {
      if (answer instanceof Error) throw await explainFailure(connection, answer);
      return answer;
    }
    await sleep(computeReadWaitMs(retry, answer));
  }
}

async function explainFailure(connection: Connection, error: Error): Promise<OsacError> {
  const flaw = findCertificateFlaw(error);
  const detail = flaw && (await describeRefusedCertificate(connection, flaw));
  return explainConnectionFailure(connection, error, detail);
}

/** The limits of an answer. */
interface Limits {
  readonly patienceMs: number;
  readonly bytesMax: number;
}

/**
 * Sends a request once, and ends it after a limit. undici limits each step of a request, but some steps can
 * start again without end. Only new connections end the old ones then.
 */
async function sendOnce(
  pool: ConnectionPool,
  options: Dispatcher.RequestOptions,
  limits: Limits,
): Promise<Answer> {
  const { patienceMs } = limits;
  const { dispatcher } = pool;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(new errors.HeadersTimeoutError());
      pool.reset(dispatcher);
    };
    timer = setTimeout(giveUp, connectTimeoutMsMax + 2 * patienceMs);
  });
  const outcome = exchangeOnce(pool, options, limits);
  return Promise.race([outcome, end]).finally(() => clearTimeout(timer));
}

async function exchangeOnce(
  { dispatcher, countAnswer }: ConnectionPool,
  options: Dispatcher.RequestOptions,
  limits: Limits,
): Promise<Answer> {
  const { statusCode: status, headers, body } = await dispatcher.request(options);
  const text = await readBody(body, countAnswer(options.path), limits).catch((error: Coded) => {
    if (finalCodes.includes(error.code ?? "")) throw error;
    throw Object.assign(new Error(error.message), { code: brokenAnswer });
  });
  const answer = parseJson(text);
  if (isTooDeep(answer)) throw Object.assign(new Error("the answer is too deep"), { code: deepAnswer });
  return { status, body: answer, text, headers };
}

/** Reads an answer within a limit for the whole. The limit of undici starts again with each byte. */
async function readBody(
  body: Dispatcher.ResponseData["body"],
  count: Count,
  { patienceMs, bytesMax }: Limits,
): Promise<string> {
  const end = (): void => void body.destroy(new errors.BodyTimeoutError());
  const timer = setTimeout(end, patienceMs);
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw Object.assign(new Error("too many bytes"), { code: largeAside });
      count(chunk.length);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } finally {
    clearTimeout(timer);
  }
}

/** The headers that authenticate a request. */
type LoginHeaders = Readonly<Record<string, string>>;

async function sendWithLogin(
  connection: Connection,
  request: RequestToSign,
  send: (headers: LoginHeaders) => Promise<Answer>,
): Promise<Answer> {
  const { signer } = connection;
  if (!signer) return send(await authorizationHeader(connection));
  const { sendSigned } = await import("./sigv4/send-signed.ts");
  return sendSigned(signer, request, send);
}

async function authorizationHeader(connection: Connection): Promise<LoginHeaders> {
  const { username, password, token, freshToken } = connection;
  if (token) return { authorization: formatTokenHeader((await freshToken?.()) ?? token) };
  if (username === undefined || !password) return {};
  const credentials = Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  // If a server echoes a part of it, its end reveals the password. The masked spellings of the password do
  // not cover that.
  registerSecret(credentials);
  return { authorization: `Basic ${credentials}` };
}

function formatTokenHeader(token: Secret): string {
  return `${isApiToken(token) ? "ApiKey" : "Bearer"} ${token.reveal()}`;
}

/** API tokens of the plugin (3.7) have a scheme of their own. */
export function isApiToken(token: Secret): boolean {
  return token.reveal().startsWith("os_");
}
