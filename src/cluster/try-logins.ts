import { OsacError } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Answer, Connection } from "../model/cluster.ts";
import type { Secret } from "../secrets/secret.ts";
import { openLoginClient, type LoginClient } from "./client.ts";
import { securityPath } from "./paths.ts";
import { serverMessage } from "./explain-refusal.ts";

/** The most logins at the same time. */
const parallelMax = 4;

/** A user with its password. */
export interface UserLogin {
  readonly name: string;
  readonly password: Secret;
}

/** The result of a login: the password is right, wrong, or the login shows nothing. */
export type LoginResult =
  | { readonly is: "right" | "wrong" }
  | { readonly is: "unknown"; readonly reason: string };

/** The results of logins by user, with the password. An absent user was not tried. */
export type LoginResults = ReadonlyMap<string, LoginResult & { readonly password: Secret }>;

/** Facts about a cluster before the first login. */
export interface LoginTerms {
  readonly failuresMax: number;
  /**
   * True if a refused login means a wrong password whatever scheme the challenge has; else only with `Basic`.
   */
  readonly isPasswordRead: boolean;
}

/**
 * Logs in as each of these users once, some at a time. It ends before another failure could block the address
 * of osac, and at the first answer that shows nothing, because later answers would show nothing either.
 */
export async function tryLogins(
  connection: Connection,
  users: readonly UserLogin[],
  { failuresMax, isPasswordRead }: LoginTerms,
): Promise<LoginResults> {
  const answers = new Map<string, LoginResult & { password: Secret }>();
  const having = (result: LoginResult["is"]): number =>
    [...answers.values()].filter(({ is }) => is === result).length;
  const challenge = isPasswordRead ? /./ : /\bbasic\b/i;
  const logins = openLoginClient(connection);
  try {
    const waiting = [...users];
    while (waiting.length > 0 && having("unknown") === 0) {
      const batch = waiting.splice(0, Math.min(parallelMax, failuresMax - having("wrong")));
      if (batch.length === 0) break;
      const results = await Promise.all(batch.map((user) => tryLogin(logins, connection, user, challenge)));
      for (const [index, { name, password }] of batch.entries())
        answers.set(name, { ...results[index]!, password });
    }
    return answers;
  } finally {
    await logins.close();
  }
}

async function tryLogin(
  logins: LoginClient,
  connection: Connection,
  { name, password }: UserLogin,
  challenge: RegExp,
): Promise<LoginResult> {
  try {
    return judgeAnswer(
      await logins.get(securityPath(connection, "authinfo"), name, password),
      name,
      challenge,
    );
  } catch (error) {
    if (error instanceof OsacError) return unknownResult(error.findings[0]!.message);
    throw error;
  }
}

function judgeAnswer(answer: Answer, name: string, challenge: RegExp): LoginResult {
  const { status, body, headers } = answer;
  if (status === 200)
    return isRecord(body) && body["user_name"] === name
      ? { is: "right" }
      : unknownResult("the cluster took the login for somebody else's");
  if (status !== 401) return unknownResult(`the server answered ${status}: ${serverMessage(answer)}`);
  // The server sends a challenge only if the caller may try again. It sends none to a blocked address, or if
  // no login domain checks passwords.
  if (challenge.test(String(headers["www-authenticate"] ?? ""))) return { is: "wrong" };
  return unknownResult(
    "the cluster asks for no password: it has blocked this address, or no domain looks at one",
  );
}

function unknownResult(reason: string): LoginResult {
  return { is: "unknown", reason };
}
