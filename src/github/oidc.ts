import { setTimeout as sleep } from "node:timers/promises";
import { failure, type OsacError } from "../errors.ts";
import { openAgent } from "../cluster/dispatcher.ts";
import { readProxy } from "../settings/read-connection.ts";
import { Secret } from "../secrets/secret.ts";
import type { Inputs } from "./inputs.ts";
import type { Environment } from "../model/environment.ts";

/** A job that may request ID tokens from GitHub. */
interface TokenJob {
  readonly env: Environment;
  /** The audience of the tokens, as the cluster requires it. */
  readonly audience: string;
  /** Receives each token first, so that the log never shows it. */
  readonly onToken: (token: string) => void;
}

/** Inputs of other logins, which would leave open which login counts. */
const otherLogins = ["username", "password", "token", "client-cert", "client-key"] as const;

/**
 * Opens the source of ID tokens of a job; undefined if the job logs in by other means.
 *
 * @param onToken hides each token in the log
 */
export function openTokens(
  inputs: Inputs,
  env: TokenJob["env"],
  onToken: TokenJob["onToken"],
): (() => Promise<Secret>) | undefined {
  const audience = inputs["oidc-audience"];
  if (inputs.auth !== "oidc") {
    if (audience === "") return undefined;
    throw badInputError(
      "the input oidc-audience has no effect without auth: oidc",
      "set auth: oidc, or leave it out",
    );
  }
  if (audience === "")
    throw badInputError(
      "auth: oidc needs the input oidc-audience",
      "give it what required_audience of the cluster's openid domain has; see docs/ci.md",
    );
  const others = otherLogins.filter((name) => inputs[name] !== "");
  if (others.length > 0)
    throw badInputError(
      `auth: oidc and ${others.join(", ")} are two ways to log in`,
      "leave one of them out",
    );
  return createTokenSource({ env, audience, onToken });
}

function badInputError(what: string, hint: string): OsacError {
  return failure("input", "bad-input", `${what}; nothing was written`, { hint });
}

/** A token, with the time until it is used, on the clock of `performance.now()`. */
interface HeldToken {
  readonly token: Secret;
  readonly until: number;
}

interface Request {
  readonly url: URL;
  readonly bearer: string;
}

/** The token, the status of a refusal, or the reason why there is no answer. */
type Answer = { readonly value: string } | number | string;

const timeoutMs = 10_000;

/** The waits before each further request to GitHub. */
const waitsMs = [500, 2_000, 5_000];

/** A token is not used in the last minute of its life, because a request may take a while. */
const reserveMs = 60_000;

/** The time that the old token is used before the next request, if GitHub issued no new one. */
const graceMs = 5_000;

/**
 * Returns the job's ID token, and a new one if it is about to expire: the tokens live for minutes, and a run
 * may take longer. After the first token it never throws: the cluster may still accept the old token.
 */
export function createTokenSource(job: TokenJob): () => Promise<Secret> {
  let held: Promise<HeldToken> | undefined;
  const renewed = async (old: Promise<HeldToken> | undefined): Promise<HeldToken> => {
    const current = await old;
    if (current !== undefined && performance.now() < current.until) return current;
    try {
      return await askForToken(job);
    } catch (error) {
      if (current === undefined) throw error;
      return { ...current, until: performance.now() + graceMs };
    }
  };
  return async () => {
    // Calls wait for each other, so that simultaneous requests ask for one token.
    held = renewed(held);
    return (await held).token;
  };
}

async function askForToken(job: TokenJob): Promise<HeldToken> {
  const value = await requestToken(readTokenRequest(job), job.env);
  job.onToken(value);
  const lifetimeMs = readLifetime(value) * 1_000;
  return { token: new Secret(value), until: performance.now() + lifetimeMs - reserveMs };
}

/** Reads the address and credentials for ID tokens. GitHub sets both only with `id-token: write`. */
function readTokenRequest({ env, audience }: TokenJob): Request {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env;
  if (!address || !bearer || !URL.canParse(address))
    throw failure(
      "access",
      "no-id-token",
      "auth: oidc logs in with a token of GitHub, and this job may not ask for one; nothing was written",
      {
        hint: "give the job the permission id-token: write (with it, name every other permission that it needs); pull requests from forks never have it",
      },
    );
  const url = new URL(address);
  url.searchParams.set("audience", audience);
  return { url, bearer };
}

async function requestToken(request: Request, env: TokenJob["env"]): Promise<string> {
  const agent = openAgent({ url: request.url.href, timeoutMs, insecure: false, proxy: readProxy(env) });
  try {
    return await askUntilAnswered(async () => askOnce(agent, request));
  } finally {
    await agent.destroy();
  }
}

async function askUntilAnswered(ask: () => Promise<Answer>): Promise<string> {
  for (const waitMs of [...waitsMs, undefined]) {
    const answer = await ask();
    if (typeof answer === "object") return answer.value;
    const mayPass = typeof answer === "string" || answer === 429 || answer >= 500;
    if (waitMs === undefined || !mayPass) throw noAnswerError(answer);
    await sleep(waitMs);
  }
  throw noAnswerError("no answer");
}

async function askOnce(agent: ReturnType<typeof openAgent>, { url, bearer }: Request): Promise<Answer> {
  try {
    const { statusCode, body } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: "GET",
      headers: { authorization: `Bearer ${bearer}`, accept: "application/json" },
    });
    const text = await body.text();
    if (statusCode !== 200) return statusCode;
    const answer: unknown = JSON.parse(text);
    return isAnswer(answer) ? answer : "the answer has no token";
  } catch {
    return "no answer";
  }
}

function isAnswer(body: unknown): body is { value: string } {
  return (
    typeof body === "object" &&
    body !== null &&
    "value" in body &&
    typeof body.value === "string" &&
    body.value !== ""
  );
}

function noAnswerError(answer: number | string): OsacError {
  const what = typeof answer === "number" ? `status ${answer}` : answer;
  const message = `GitHub gave no ID token (${what}); nothing was written`;
  return failure("access", "no-id-token", message, {
    hint: "run the job again; if that does not help, look at GitHub's status page",
  });
}

/** Reads the lifetime of a token in seconds from the token itself, so that clocks need not agree. */
function readLifetime(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const { exp, iat } = claims as { exp?: unknown; iat?: unknown };
    return typeof exp === "number" && typeof iat === "number" ? exp - iat : 0;
  } catch {
    return 0;
  }
}
