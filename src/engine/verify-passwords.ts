import { makeFinding } from "../errors.ts";
import { listNames } from "../value/list-names.ts";
import { toDocuments, assessPasswordTrials, type PasswordTrials } from "../access/index.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import { tryLogins, type LoginResults, type LoginResult } from "../cluster/try-logins.ts";
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

interface VerifyContext {
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
      ? await tryUserLogins(reader, connection, context, unseen)
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

async function tryUserLogins(
  reader: Reader,
  connection: Connection,
  { live, cluster }: VerifyContext,
  users: readonly DeclaredLogin[],
): Promise<Pick<Verification, "loginResults" | "findings">> {
  if (users.length === 0) return { loginResults: new Map(), findings: [] };
  const config = live.has("config") ? live : await fetchLive(reader, connection, cluster, ["config"]);
  const trials = assessPasswordTrials(toDocuments(config));
  const loginResults = trials.obstacle === undefined ? await tryLogins(connection, users, trials) : new Map();
  return {
    loginResults,
    findings: [...triedLoginFindings(loginResults), ...unverifiedReasonFindings(users, loginResults, trials)],
  };
}

/** Reported each time: the server counts failed logins, and its administrators may look for their source. */
function triedLoginFindings(loginResults: LoginResults): Finding[] {
  if (loginResults.size === 0) return [];
  const count = (result: LoginResult["is"]): number =>
    [...loginResults.values()].filter(({ is }) => is === result).length;
  return [
    makeFinding("logged-in-as-users", {
      message: `--verify-passwords logged in once as ${listNames([...loginResults.keys()], namesMax)}: ${count("right")} right, ${count("wrong")} wrong, ${count("unknown")} unknown`,
      hint: "each wrong one counts as a failed login (auth_failure_listeners); a user who is blocked already looks like a wrong password",
    }),
  ];
}

/** The reasons why passwords are still unverified. The plan itself lists their users. */
function unverifiedReasonFindings(
  users: readonly DeclaredLogin[],
  loginResults: LoginResults,
  { obstacle, failuresMax }: PasswordTrials,
): Finding[] {
  const left = users.filter(({ name }) => (loginResults.get(name)?.is ?? "unknown") === "unknown");
  if (left.length === 0) return [];
  const reason = [...loginResults.values()].flatMap((answer) =>
    answer.is === "unknown" ? [answer.reason] : [],
  )[0];
  const spent = `${failuresMax === 0 ? "a single failed login" : `more than ${failuresMax} failed logins`} could block somebody (auth_failure_listeners)`;
  return [
    makeFinding("passwords-not-verified", {
      message: `--verify-passwords leaves ${left.length} of ${users.length} passwords unverified: ${obstacle ?? reason ?? spent}`,
      hint: "the admin certificate compares them without any login",
    }),
  ];
}
