import { makeFinding } from "../errors.ts";
import { listNames } from "../value/list-names.ts";
import type { LoginResults, LoginResult } from "../cluster/try-logins.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { Directory, LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import { findDeclaredLogins, findFittingLogins, type DeclaredLogin } from "../passwords/user-passwords.ts";
import type { Secret } from "../secrets/secret.ts";

/** The users whose password is right or wrong, and findings about the others. */
export interface Verification {
  /** Users whose password is right. */
  readonly verified: ReadonlySet<string>;
  /** Users whose password is wrong. */
  readonly refuted: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  /**
   * The results of the logins. A second plan for the same cluster uses them, so that no password fails twice.
   */
  readonly loginResults: LoginResults;
}

/** The way to verify passwords whose stored hash osac cannot read. */
export interface LoginTask {
  /** `try` logs in as the users; else the results of earlier logins. Absent: no logins. */
  readonly logins: "try" | LoginResults | undefined;
  /** True for users whose password is compared. */
  readonly isCompared: (login: DeclaredLogin) => boolean;
}

/** The files and the cluster whose passwords are compared. */
export interface VerifyContext {
  readonly directory: Directory;
  readonly live: LiveState;
  readonly cluster: ClusterInfo;
}

/** Names that a notice lists. */
const namesMax = 20;

/**
 * Verifies declared passwords with the current hash if the caller sees it, else on demand with one login as
 * the user.
 */
export async function verifyLogins(
  reader: Reader,
  connection: Connection,
  context: VerifyContext,
  { logins, isCompared }: LoginTask,
): Promise<Verification> {
  const declared = findDeclaredLogins(context.directory, context.live);
  const fitting = await findFittingLogins(declared);
  const wanted = logins ? declared.filter((login) => !login.stored && isCompared(login)) : [];
  const unseen = wanted.filter(({ password }) => isFromOutside(password));
  const { loginResults, findings } =
    logins === "try"
      ? await (await import("./try-user-logins.ts")).tryUserLogins(reader, connection, context, unseen)
      : { loginResults: logins ?? new Map(), findings: [] };
  const having = (result: LoginResult["is"]): string[] =>
    unseen.filter((login) => findResult(login, loginResults)?.is === result).map(({ name }) => name);
  const verified = new Set([...fitting, ...having("right")]);
  const guesses = notTriedFindings(wanted.filter((login) => !unseen.includes(login)));
  return { verified, refuted: new Set(having("wrong")), findings: [...findings, ...guesses], loginResults };
}

/**
 * True if the whole password comes from outside the files. A password in the files, even as a default, may be
 * a guess of their author, and a login would reveal whether it is right.
 */
function isFromOutside({ reference = "" }: Secret): boolean {
  return /^\$\{(?:env(?:bc|base64)?\.\w+|file:(?:\/|\.\.\/)[^{}]+)\}$/.test(reference);
}

function notTriedFindings(users: readonly DeclaredLogin[]): Finding[] {
  if (users.length === 0) return [];
  return [
    makeFinding("passwords-not-tried", {
      message: `--verify-passwords does not try ${listNames(
        users.map(({ name }) => name),
        namesMax,
      )}: the files hold their passwords, at least in part, and the author of the files could be guessing`,
      hint: "write a placeholder alone, without a default: ${env.NAME}",
    }),
  ];
}

function findResult({ name, password }: DeclaredLogin, loginResults: LoginResults): LoginResult | undefined {
  const answer = loginResults.get(name);
  return answer?.password.reveal() === password.reveal() ? answer : undefined;
}
