import { setTimeout as sleep } from "node:timers/promises";
import { failure, type OsacError } from "../errors.ts";
import { Secret } from "../secret.ts";

/** A job that may ask GitHub for ID tokens. */
interface Job {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whom the tokens are for, as the cluster requires it. */
  readonly audience: string;
  /** Gets each token before anybody else does, so that the log never shows it. */
  readonly onToken: (token: string) => void;
}

/** A token, and until when it is given out, on the clock of `performance.now()`. */
interface Held {
  readonly token: Secret;
  readonly until: number;
}

const timeoutMs = 10_000;

/** The waits before GitHub is asked once more. */
const waitsMs = [500, 2_000, 5_000];

/** A token is not given out in the last minute of its life: a request may take a while. */
const reserveMs = 60_000;

/** How long the old token is used before a new one is asked for once more, where GitHub gave none. */
const graceMs = 5_000;

/**
 * Gives the job's ID token, and a new one when that is about to expire: the tokens live for minutes, and a run may take
 * longer. Once there is a token, it never fails: the cluster may still take the old one.
 */
export function idTokens(job: Job): () => Promise<Secret> {
  let held: Promise<Held> | undefined;
  const renewed = async (old: Promise<Held> | undefined): Promise<Held> => {
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
    // One after the other, so that requests which come at once ask for one token.
    held = renewed(held);
    return (await held).token;
  };
}

async function askForToken(job: Job): Promise<Held> {
  const value = await valueOfToken(requestOf(job));
  job.onToken(value);
  const lifetimeMs = lifetimeOf(value) * 1_000;
  return { token: new Secret(value), until: performance.now() + lifetimeMs - reserveMs };
}

/** What GitHub is asked; both variables are there only for jobs that may. */
function requestOf({ env, audience }: Job): { url: URL; bearer: string } {
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

async function valueOfToken({ url, bearer }: { url: URL; bearer: string }): Promise<string> {
  for (const waitMs of [...waitsMs, undefined]) {
    const answer = await answerTo(url, bearer);
    if (typeof answer === "object") return answer.value;
    const mayPass = typeof answer === "string" || answer === 429 || answer >= 500;
    if (waitMs === undefined || !mayPass) throw noAnswer(answer);
    await sleep(waitMs);
  }
  throw noAnswer("no answer");
}

/** The token, or the status of a refusal, or why there is no answer. */
async function answerTo(url: URL, bearer: string): Promise<{ value: string } | number | string> {
  try {
    const headers = { authorization: `Bearer ${bearer}`, accept: "application/json" };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return response.status;
    const body: unknown = await response.json();
    return isAnswer(body) ? body : "the answer has no token";
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "no answer";
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

function noAnswer(answer: number | string): OsacError {
  const what = typeof answer === "number" ? `status ${answer}` : answer;
  const message = `GitHub gave no ID token (${what}); nothing was written`;
  return failure("access", "no-id-token", message, {
    hint: "run the job again; if that does not help, look at GitHub's status page",
  });
}

/** The seconds that a token lives, by its own words: clocks need not agree for that. */
function lifetimeOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const { exp, iat } = claims as { exp?: unknown; iat?: unknown };
    return typeof exp === "number" && typeof iat === "number" ? exp - iat : 0;
  } catch {
    return 0;
  }
}
