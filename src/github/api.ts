import { setTimeout as sleep } from "node:timers/promises";
import { openAgent } from "../cluster/dispatcher.ts";
import { explainConnectionFailure } from "../cluster/connection-failure.ts";
import { failure, type OsacError } from "../errors.ts";
import type { Connection } from "../model/cluster.ts";
import type { Json } from "../model/value.ts";
import type { Secret } from "../secrets/secret.ts";
import { toolVersion } from "../tool-version.ts";
import { parseJson } from "../value/parse-json.ts";

/** The address of GitHub's REST API, and the token. */
export interface GitHubConnection {
  /** `GITHUB_API_URL`, with the path that GitHub Enterprise Server has. */
  readonly url: string;
  readonly graphqlUrl: string;
  readonly token: Secret;
  readonly proxy: Connection["proxy"];
  readonly timeoutMs?: number;
  /** The wait before the first repetition of a request; it doubles each time. */
  readonly waitMs?: number;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** GitHub's REST API. It throws only `OsacError`s, with a hint for what GitHub refuses. */
export interface GitHub {
  get<Body>(path: string): Promise<Body>;
  /** Reads all pages of a list. */
  all<Item>(path: string): Promise<Item[]>;
  send<Body>(method: Exclude<Method, "GET">, path: string, body: object): Promise<Body>;
  /** Returns the login that the token writes as. */
  author(): Promise<string>;
  close(): Promise<void>;
}

const triesMax = 4;
/** A job pays for each minute that it waits. For a longer wait, the user runs the job again. */
const waitMsMax = 60_000;
const perPage = 100;
const pagesMax = 100;

/** The login that the job's own token writes as. */
const jobsAuthor = "github-actions[bot]";

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Json | undefined;
}

/** Opens GitHub's API. Sends no request. */
export function openGitHub(connection: GitHubConnection): GitHub {
  const { url, graphqlUrl, proxy, timeoutMs = 10_000 } = connection;
  const dispatcher = openAgent({ url, timeoutMs, proxy, insecure: false });
  const once = async (method: Method, target: URL, body?: object): Promise<Response> => {
    const answer = await dispatcher.request({
      origin: target.origin,
      path: target.pathname + target.search,
      method,
      headers: makeHeaders(connection, body),
      body: body ? JSON.stringify(body) : null,
    });
    return { status: answer.statusCode, headers: answer.headers, body: parseJson(await answer.body.text()) };
  };
  const ask: Ask = async (method, address, body) =>
    sendUntilAnswered({ method, address, connection }, () => once(method, new URL(address), body));
  return {
    get: async <Body>(path: string) => requireObject(await ask("GET", url + path), "GET", url + path) as Body,
    all: async <Item>(path: string) => readAllPages<Item>(ask, url, path),
    send: async <Body>(method: Method, path: string, body: object) =>
      requireObject(await ask(method, url + path, body), method, url + path) as Body,
    author: async () => readAuthor(ask, graphqlUrl),
    close: () => dispatcher.destroy(),
  };
}

type Ask = (method: Method, address: string, body?: object) => Promise<Response>;

function makeHeaders(
  { token }: GitHubConnection,
  body: object | undefined,
): Record<string, string | undefined> {
  return {
    authorization: `Bearer ${token.reveal()}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    "user-agent": `osac/${toolVersion()}`,
    "content-type": body && "application/json",
  };
}

interface ApiRequest {
  readonly method: Method;
  readonly address: string;
  readonly connection: GitHubConnection;
}

/** Sends a request, and repeats it as often as that can help. */
async function sendUntilAnswered(asked: ApiRequest, send: () => Promise<Response>): Promise<Response> {
  const { connection, method, address } = asked;
  for (let tried = 1; ; tried++) {
    const answer = await send().catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && answer.status < 300) return answer;
    const wait = computeWaitMs(answer, asked, tried);
    if (tried === triesMax || wait === undefined || wait > waitMsMax) {
      if (answer instanceof Error) throw unreachableError(connection.url, answer);
      throw refusedError(method, new URL(address).pathname, answer);
    }
    await sleep(wait);
  }
}

/** Returns the wait before a repetition; undefined if it cannot help, or could write twice. */
function computeWaitMs(
  answer: Response | Error,
  { method, connection }: ApiRequest,
  tried: number,
): number | undefined {
  const backoff = (connection.waitMs ?? 500) * 2 ** (tried - 1);
  if (answer instanceof Error) return method === "POST" ? undefined : backoff;
  if (isRateLimited(answer)) return readLimitMs(answer) ?? backoff;
  return answer.status >= 500 && method !== "POST" ? backoff : undefined;
}

/** Primary limits show that no requests remain. Secondary limits have `retry-after`, or only a message. */
function isRateLimited({ status, headers, body }: Response): boolean {
  if (status !== 403 && status !== 429) return false;
  return (
    status === 429 ||
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /secondary rate limit|abuse detection/i.test(formatMessage(body))
  );
}

function readLimitMs({ headers }: Response): number | undefined {
  const after = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]);
  if (headers["x-ratelimit-remaining"] !== "0" || !Number.isFinite(reset)) return undefined;
  return Math.max(0, reset * 1000 - Date.now());
}

async function readAllPages<Item>(ask: Ask, url: string, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let address: string | undefined = `${url}${path}${path.includes("?") ? "&" : "?"}per_page=${perPage}`;
  for (let page = 0; address !== undefined && page < pagesMax; page++) {
    const { body, headers }: Response = await ask("GET", address);
    // An answer without a list must not look like an empty list.
    if (!Array.isArray(body)) throw foreignAnswerError("GET", address);
    for (const item of body as Item[]) items.push(item);
    address = findNextPage(headers["link"], url);
  }
  return items;
}

function requireObject({ body }: Response, method: Method, address: string): object {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw foreignAnswerError(method, address);
  return body;
}

/**
 * Makes the error for an answer that is not GitHub's: some proxies answer all requests with a page of their
 * own.
 */
function foreignAnswerError(method: Method, address: string): OsacError {
  const message = `the answer to ${method} ${new URL(address).pathname} does not come from GitHub`;
  return failure("access", "github-refused", message, {
    hint: "check what is between the runner and GitHub, such as a proxy",
  });
}

/** Finds the next page if it is on the same server: another server must not get the token. */
function findNextPage(link: string | string[] | undefined, url: string): string | undefined {
  const [, next] = /<([^>]+)>\s*;[^,]*\brel="?next\b/.exec([link ?? []].flat().join(", ")) ?? [];
  return next !== undefined && URL.canParse(next) && new URL(next).origin === new URL(url).origin
    ? next
    : undefined;
}

/** Reads the login of the token by GraphQL: REST does not report it for an installation's token. */
async function readAuthor(ask: Ask, graphqlUrl: string): Promise<string> {
  try {
    const { body } = await ask("POST", graphqlUrl, { query: "{ viewer { login } }" });
    const { data } = body as { data?: { viewer?: { login?: string } } };
    return data?.viewer?.login ?? jobsAuthor;
  } catch {
    return jobsAuthor;
  }
}

function unreachableError(url: string, error: Error): OsacError {
  const told = explainConnectionFailure(
    { url, insecure: false, timeoutMs: 0, apiPrefix: "", proxy: {} },
    error,
  );
  return failure("access", "github-unreachable", told.message, {
    hint: "run the job again; if that does not help, look at GitHub's status page and at the runner's proxy",
    cause: error,
  });
}

function refusedError(method: Method, path: string, answer: Response): OsacError {
  const { status, body } = answer;
  const message = `GitHub answered ${status} to ${method} ${path}: ${formatMessage(body) || "without a reason"}`;
  return failure("access", isRateLimited(answer) ? "github-rate-limit" : "github-refused", message, {
    hint: hintFor(answer),
  });
}

const hints: Readonly<Record<number, string>> = {
  401: "the token is wrong or has expired: leave github-token out for the job's own one, or renew it",
  403: "the job's token may not do this: name the permission under permissions: of the job",
  404: "it is gone, or the token may not see it: name the permission under permissions: of the job",
  410: "it is turned off for this repository, see its settings",
  422: "GitHub refused the request; please report this as a bug in osac",
};

function hintFor(answer: Response): string {
  const { status, headers } = answer;
  if (isRateLimited(answer)) return "too much was asked with this token; run the job again later";
  const wanted = headers["x-accepted-github-permissions"];
  if ((status === 403 || status === 404) && typeof wanted === "string" && wanted !== "")
    return `the job's token may not do this; under permissions: of the job, it takes ${wanted.replaceAll("_", "-").replaceAll("=", ": ")}`;
  return hints[status] ?? "run the job again; if that does not help, look at GitHub's status page";
}

/** Formats GitHub's message about a refusal, with its details. */
function formatMessage(body: Json | undefined): string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "";
  const { message, errors } = body;
  const details = Array.isArray(errors)
    ? errors.map((error) =>
        typeof error === "object" && error !== null && !Array.isArray(error)
          ? [error["field"], error["message"] ?? error["code"]].filter(Boolean).join(" ")
          : String(error),
      )
    : [];
  return [message, ...details].filter((text) => typeof text === "string" && text !== "").join("; ");
}
