import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { errors, type Dispatcher } from "undici";
import { kinds } from "../kinds/index.ts";
import type {
  Answer,
  Connection,
  Json,
  KindName,
  Operation,
  Operator,
  Reader,
  Reloader,
  Writer,
} from "../model.ts";
import { revealed, holdsSecret, type Secret } from "../secret.ts";
import { openDispatcher } from "./connection.ts";
import { connectionFailure } from "./connection-failure.ts";

/** A write is answered when every node has reloaded, which takes minutes where there are many roles. */
export const writePatience = 10;

/** How often a read whose answer breaks off is begun anew, and after how long the first time. */
const breaksMax = 3;
const breakWaitMs = 200;

/** Ends that would come again. */
const finalCodes = ["UND_ERR_BODY_TIMEOUT", "UND_ERR_RES_EXCEEDED_MAX_SIZE"];

type Method = "GET" | "PATCH" | "PUT" | "DELETE";
type Send = (method: Method, path: string, body?: string) => Promise<Answer>;

/** Opens a cluster for reading. Nothing is sent yet. */
export function openReader(connection: Connection): Reader {
  return readerOf(connection, openClient(connection));
}

/** Opens a cluster for reading and writing; only `apply` may call this. */
export function openWriter(connection: Connection): Writer {
  const client = openClient(connection);
  return {
    ...readerOf(connection, client),
    patch: (kind, operations) =>
      client.send("PATCH", collectionPath(connection, kind), patchBody(operations)),
  };
}

/** Opens a cluster for the direct commands: none of them writes configuration, but for the caller's own password. */
export function openOperator(connection: Connection): Operator {
  const client = openClient(connection);
  const api = `/${connection.apiPrefix}/api`;
  return {
    ...readerOf(connection, client),
    flushCache: (user) =>
      client.send(
        "DELETE",
        user === undefined ? `${api}/cache` : `${api}/cache/user/${encodeURIComponent(user)}`,
      ),
    reloadCertificates: (layer) => client.send("PUT", `${api}/ssl/${layer}/reloadcerts`),
    changePassword: (current, next) =>
      client.send(
        "PUT",
        `${api}/account`,
        JSON.stringify({ current_password: current.reveal(), password: next.reveal() }),
      ),
  };
}

/** Opens a cluster for reading, and for having its nodes load what is stored. */
export function openReloader(connection: Connection): Reloader {
  const client = openClient(connection);
  return {
    ...readerOf(connection, client),
    // Under the legacy prefix only 3.x has it.
    reload: (names) => client.send("PUT", `/_plugins/_security/configupdate?config_types=${names.join(",")}`),
  };
}

/** What verifies passwords gets: a GET as somebody else, sent once, come what may, for failed logins count. */
export interface Logins {
  get(path: string, username: string, password: Secret): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens a cluster for logins of others; without the caller's certificate, which would win over them. */
export function openLogins(own: Connection): Logins {
  const connection = { ...own, clientCert: undefined, clientKey: undefined, token: undefined };
  const dispatcher = openDispatcher(connection, { retries: 0 });
  return {
    get: (path, username, password) =>
      request(dispatcher, { ...connection, username, password }, { method: "GET", path, breaks: 0 }),
    close: () => dispatcher.destroy(),
  };
}

function readerOf(connection: Connection, client: Client): Reader {
  return {
    read: (path) => client.send("GET", path),
    probe: (kind) => client.send("PATCH", collectionPath(connection, kind), "[]"),
    requests: client.requests,
    close: () => client.close(),
  };
}

/** The path of a kind's collection in the Security API. */
export function collectionPath(connection: Pick<Connection, "apiPrefix">, kind: KindName): string {
  return `/${connection.apiPrefix}/api/${kinds[kind].path}`;
}

function patchBody(operations: readonly Operation[]): string {
  return JSON.stringify(
    operations.map((operation) => {
      if (operation.op === "remove") return operation;
      assert(
        !holdsSecret(operation.value, ({ isPassword }) => isPassword),
        "a password must be hashed before it is sent",
      );
      return { ...operation, value: revealed(operation.value) };
    }),
  );
}

interface Client {
  readonly send: Send;
  readonly requests: Record<string, number>;
  close(): Promise<void>;
}

function openClient(connection: Connection): Client {
  const dispatcher = openDispatcher(connection);
  const requests: Record<string, number> = {};
  const send: Send = async (method, path, body) => {
    requests[method] = (requests[method] ?? 0) + 1;
    return request(dispatcher, connection, { method, path, body, breaks: method === "GET" ? breaksMax : 0 });
  };
  return { send, requests, close: () => dispatcher.destroy() };
}

interface Request {
  readonly method: Method;
  readonly path: string;
  readonly body?: string | undefined;
  /** How often it is begun anew when the answer breaks off. */
  readonly breaks: number;
}

async function request(
  dispatcher: Dispatcher,
  connection: Connection,
  { method, path, body, breaks }: Request,
): Promise<Answer> {
  const patienceMs = connection.timeoutMs * (method === "GET" ? 1 : writePatience);
  const options: Dispatcher.RequestOptions = {
    origin: connection.url,
    method,
    path,
    headers: {
      ...(await authorization(connection)),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
    headersTimeout: patienceMs,
  };
  try {
    return await answered(dispatcher, options, { breaksLeft: breaks, patienceMs });
  } catch (error) {
    throw connectionFailure(connection, error);
  }
}

interface Tries {
  readonly breaksLeft: number;
  readonly patienceMs: number;
}

/** Begins anew when the answer breaks off: undici can only have a server go on, which this one cannot. */
async function answered(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions,
  { breaksLeft, patienceMs }: Tries,
): Promise<Answer> {
  const { statusCode: status, headers, body } = await dispatcher.request(options);
  const text = await textOf(body, patienceMs).catch(async (error: Error & { code?: string }) => {
    if (breaksLeft === 0 || finalCodes.includes(error.code ?? "")) throw error;
    await sleep(breakWaitMs * (1 + breaksMax - breaksLeft));
  });
  if (text === undefined) return answered(dispatcher, options, { breaksLeft: breaksLeft - 1, patienceMs });
  return { status, body: parsed(text), text, headers };
}

/** undici's own limit begins anew with each byte that comes; this one is for the whole of an answer. */
async function textOf(body: Dispatcher.ResponseData["body"], patienceMs: number): Promise<string> {
  const end = (): void => void body.destroy(new errors.BodyTimeoutError());
  const timer = setTimeout(end, patienceMs);
  try {
    return await body.text();
  } finally {
    clearTimeout(timer);
  }
}

async function authorization(connection: Connection): Promise<{ authorization?: string }> {
  const { username, password, token, freshToken } = connection;
  if (token) return { authorization: `Bearer ${((await freshToken?.()) ?? token).reveal()}` };
  if (username === undefined || !password) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}` };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
