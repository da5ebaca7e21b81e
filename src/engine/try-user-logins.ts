import { assessPasswordTrials, toDocuments, type PasswordTrials } from "../access/index.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import { tryLogins, type LoginResult, type LoginResults } from "../cluster/try-logins.ts";
import { makeFinding } from "../errors.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import type { DeclaredLogin } from "../passwords/user-passwords.ts";
import { listNames } from "../value/list-names.ts";
import type { Verification, VerifyContext } from "./verify-passwords.ts";

/** Names that a notice lists. */
const namesMax = 20;

/** Logs in once as each user, as far as no failed login can block anybody. */
export async function tryUserLogins(
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
    findings: [
      ...triedLoginFindings(loginResults),
      ...notComparedReasonFindings(users, loginResults, trials),
    ],
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

/** The reasons why passwords are still not compared. The plan itself lists their users. */
function notComparedReasonFindings(
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
      message: `--verify-passwords leaves ${left.length} of ${users.length} passwords not compared: ${obstacle ?? reason ?? spent}`,
      hint: "the admin certificate compares them without any login",
    }),
  ];
}
