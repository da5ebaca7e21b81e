import { failure, OsacError, requireOsacError } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import type { Answer, Connection, Operator } from "../../model/cluster.ts";
import type { Secret } from "../../secrets/secret.ts";
import { openReader } from "../client.ts";
import { explainAnswer, toFailure, type Explanation } from "./explain-answer.ts";
import { securityPath } from "../paths.ts";
import { isFromEdge, isPluginAnswer } from "../recognize-plugin.ts";
import { asRecord } from "../as-record.ts";
import { quoteServer, serverMessage } from "../explain-refusal.ts";

/** A caller who logs in by name and password. */
export interface PasswordLogin {
  readonly name: string;
  readonly password: Secret;
}

const reserved: Explanation = {
  status: 403,
  says: /is reserved/i,
  code: "reserved-user",
  message: "the user is reserved, and may not change its own password",
  hint: "change its hash in internal_users.yml, and apply it with the admin certificate",
};

const explanations: readonly Explanation[] = [
  reserved,
  {
    status: 400,
    says: /Could not validate your current password/i,
    reason: "partial",
    code: "rejected",
    message: "the current password is not the one that the cluster has stored for this user",
    hint: "does another backend (LDAP, a proxy) know a user of the same name? Then the password is changed there",
  },
];

/** Returns the caller if it can change its own password in this cluster. Throws the reason if it cannot. */
export async function requirePasswordLogin(
  operator: Operator,
  connection: Connection,
): Promise<PasswordLogin> {
  const { username: name, password } = connection;
  if (name === undefined || !password) throw new Error("a caller without a password was to change it");
  const answer = await operator.read(securityPath(connection, "api/account"));
  if (answer.status !== 200 || !isRecord(answer.body)) throw explainAnswer(answer, explanations);
  const { user_name: actual, is_internal_user: isInternal, is_reserved: isReserved } = answer.body;
  if (actual !== name)
    throw failure(
      "input",
      "no-password-login",
      `the server takes the caller for ${quoteServer(String(actual))}, and not for ${name}; nothing was changed`,
      { hint: "leave out --client-cert: where both are given, the certificate counts" },
    );
  if (isInternal !== true)
    throw failure(
      "access",
      "not-an-internal-user",
      `${name} is no internal user: its password is not kept in this cluster; nothing was changed`,
      { hint: "change it where it is kept: in the directory or identity provider that knows the user" },
    );
  if (isReserved === true) throw toFailure(reserved);
  return { name, password };
}

/**
 * Changes the caller's password. Returns when a new connection has logged in with it, and throws in all other
 * cases.
 */
export async function changePassword(
  operator: Operator,
  connection: Connection,
  { name, password }: PasswordLogin,
  next: Secret,
): Promise<void> {
  const sent = await operator.changePassword(password, next).catch(requireOsacError);
  if (!(sent instanceof OsacError) && sent.status !== 200 && sent.status < 500)
    throw explainAnswer(sent, explanations);
  const said = sent instanceof OsacError ? sent.findings[0]!.message : describeAnswer(sent);
  if (await logsIn(connection, name, next)) return;
  throw (await logsIn(connection, name, password)) ? notChangedError(name, said) : lockedOutError(name, said);
}

/** Logs in on a new connection. An unreachable server is no refusal: the error is thrown. */
async function logsIn(connection: Connection, name: string, password: Secret): Promise<boolean> {
  const reader = openReader({ ...connection, password });
  try {
    const answer = await reader.read(securityPath(connection, "authinfo"));
    const { status, body } = answer;
    if (status === 200 && isPluginAnswer(answer)) return asRecord(body)["user_name"] === name;
    if (status === 401 && !isFromEdge(answer)) return false;
    throw notProvedError(
      name,
      `the server answered ${status}${status === 200 ? ", but not with who logs in" : ""}`,
    );
  } catch (error) {
    throw error instanceof OsacError && error.reason === "access"
      ? notProvedError(name, error.findings[0]!.message)
      : error;
  } finally {
    await reader.close();
  }
}

function describeAnswer(answer: Answer): string {
  return `the server answered ${answer.status}: ${serverMessage(answer)}`;
}

function notChangedError(name: string, said: string): OsacError {
  const message = `the password of ${name} is still the old one: the new one does not log in (${said})`;
  return failure("partial", "password-not-changed", message, {
    hint: /Failed node/.test(said)
      ? "the new one is stored, but the cluster cannot load its configuration: look at osac status before anything is restarted"
      : "try again later, and look at the log of the cluster",
  });
}

function lockedOutError(name: string, said: string): OsacError {
  const message = `neither the old nor the new password of ${name} logs in any more (${said})`;
  return failure("lockout", "locked-out", message, {
    hint: "too many failed logins may block the caller for a while; otherwise another administrator, or the admin certificate, has to set a new hash",
  });
}

function notProvedError(name: string, why: string): OsacError {
  const message = `it cannot be told which password ${name} has now: ${why}`;
  return failure("partial", "password-not-verified", message, {
    hint: "try the new password first, then the old one, with osac status",
  });
}
