import { listNames } from "./kinds/list-names.ts";
import { documentsOf, passwordTrials, type PasswordTrials } from "./access/index.ts";
import { fetchLive } from "./cluster/fetch.ts";
import { tryLogins, type LoginAnswers, type LoginResult } from "./cluster/try-logins.ts";
import type { ClusterInfo, Connection, Directory, Finding, KindName, LiveKind, Reader } from "./model.ts";
import { declaredLogins, fittingLogins, type DeclaredLogin } from "./passwords/logins.ts";
import type { Secret } from "./secret.ts";

/** What is known of the declared passwords. */
export interface Verification {
  /** Users whose password is right. */
  readonly verified: ReadonlySet<string>;
  /** Users whose password is wrong. */
  readonly refuted: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  /** What logins told, for another look at the same cluster: no password is to fail twice. */
  readonly told: LoginAnswers;
}

/** How passwords are verified where the stored hashes cannot be seen. */
export interface LoginTask {
  /** By logging in as the users, or by what such logins have told already; not at all where absent. */
  readonly logins: "try" | LoginAnswers | undefined;
  /** Users whose password is compared at all. */
  readonly isCompared: (login: DeclaredLogin) => boolean;
}

interface Surroundings {
  readonly directory: Directory;
  readonly live: ReadonlyMap<KindName, LiveKind>;
  readonly cluster: ClusterInfo;
}

/** Names that a notice lists. */
const namesMax = 20;

/**
 * Verifies declared passwords: against the stored hash where that can be seen, else, on demand, by logging in as the
 * user, once.
 */
export async function verifyLogins(
  reader: Reader,
  connection: Connection,
  around: Surroundings,
  { logins, isCompared }: LoginTask,
): Promise<Verification> {
  const declared = declaredLogins(around.directory, around.live);
  const fitting = await fittingLogins(declared);
  const wanted = logins ? declared.filter((login) => !login.stored && isCompared(login)) : [];
  const unseen = wanted.filter(({ password }) => isFromOutside(password));
  const { told, findings } =
    logins === "try"
      ? await askLogins(reader, connection, around, unseen)
      : { told: logins ?? new Map(), findings: [] };
  const having = (result: LoginResult["is"]): string[] =>
    unseen.filter((login) => resultFor(login, told)?.is === result).map(({ name }) => name);
  const verified = new Set([...fitting, ...having("right")]);
  const guesses = notTried(wanted.filter((login) => !unseen.includes(login)));
  return { verified, refuted: new Set(having("wrong")), findings: [...findings, ...guesses], told };
}

/**
 * Whether a password comes from outside of the files as a whole. What stands in them, as a default too, is a guess of
 * whoever wrote them, and a login would tell whether it is right.
 */
function isFromOutside({ reference = "" }: Secret): boolean {
  return /^\$\{(?:env(?:bc|base64)?\.\w+|file:(?:\/|\.\.\/)[^{}]+)\}$/.test(reference);
}

function notTried(users: readonly DeclaredLogin[]): Finding[] {
  if (users.length === 0) return [];
  return [
    {
      code: "passwords-not-tried",
      severity: "notice",
      message: `--verify-passwords does not try ${listNames(
        users.map(({ name }) => name),
        namesMax,
      )}: the files hold their passwords, at least in part, and the author of the files could be guessing`,
      hint: "write a placeholder alone, without a default: ${env.NAME}",
    },
  ];
}

/** What is known of the same user with the same password. */
function resultFor({ name, password }: DeclaredLogin, told: LoginAnswers): LoginResult | undefined {
  const answer = told.get(name);
  return answer?.password.reveal() === password.reveal() ? answer : undefined;
}

async function askLogins(
  reader: Reader,
  connection: Connection,
  { live, cluster }: Surroundings,
  users: readonly DeclaredLogin[],
): Promise<Pick<Verification, "told" | "findings">> {
  if (users.length === 0) return { told: new Map(), findings: [] };
  const config = live.has("config") ? live : await fetchLive(reader, connection, cluster, ["config"]);
  const trials = passwordTrials(documentsOf(config));
  const told = trials.obstacle === undefined ? await tryLogins(connection, users, trials) : new Map();
  return { told, findings: [...whoWasTried(told), ...whyNotTold(users, told, trials)] };
}

/** Said each time: failed logins count on the server, and somebody may wonder where they come from. */
function whoWasTried(told: LoginAnswers): Finding[] {
  if (told.size === 0) return [];
  const count = (result: LoginResult["is"]): number =>
    [...told.values()].filter(({ is }) => is === result).length;
  return [
    {
      code: "logged-in-as-users",
      severity: "notice",
      message: `--verify-passwords logged in once as ${listNames([...told.keys()], namesMax)}: ${count("right")} right, ${count("wrong")} wrong, ${count("unknown")} unknown`,
      hint: "each wrong one counts as a failed login (auth_failure_listeners); a user who is blocked already looks like a wrong password",
    },
  ];
}

/** Why passwords are still unverified; which they are, the plan lists itself. */
function whyNotTold(
  users: readonly DeclaredLogin[],
  told: LoginAnswers,
  { obstacle, failuresMax }: PasswordTrials,
): Finding[] {
  const left = users.filter(({ name }) => (told.get(name)?.is ?? "unknown") === "unknown");
  if (left.length === 0) return [];
  const reason = [...told.values()].flatMap((answer) => (answer.is === "unknown" ? [answer.reason] : []))[0];
  const spent = `${failuresMax === 0 ? "a single failed login" : `more than ${failuresMax} failed logins`} could block somebody (auth_failure_listeners)`;
  return [
    {
      code: "passwords-not-verified",
      severity: "warning",
      message: `--verify-passwords leaves ${left.length} of ${users.length} passwords unverified: ${obstacle ?? reason ?? spent}`,
      hint: "the admin certificate compares them without any login",
    },
  ];
}
