import { changePassword, requirePasswordLogin } from "../cluster/maintenance/change-password.ts";
import { readPasswordPolicy } from "../cluster/password-policy.ts";
import { readNewPassword } from "../settings/read-connection.ts";
import type { Settings } from "../settings/settings.ts";
import { failure, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { findPolicyViolation, type PasswordPolicy } from "../passwords/check-policy.ts";
import { placeholdersUnseenFinding } from "../plan/server-placeholders.ts";
import { printable } from "../report/printable.ts";
import type { Secret } from "../secrets/secret.ts";
import { runDirect } from "./run-maintenance.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Changes the caller's own password, and verifies the new one with a login. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  requirePassword(settings);
  const next = await readNextPassword(settings, io);
  return runDirect(settings, io, async ({ operator, connection, name: cluster }) => {
    const login = await requirePasswordLogin(operator, connection);
    if (next.reveal() === login.password.reveal())
      throw failure("input", "same-password", "the new password is the old one; nothing was changed");
    const weak = policyFindings(next, await readPasswordPolicy(operator, connection));
    const name = printable(login.name);
    return {
      question: `Change the password of ${name} in ${cluster}?`,
      findings: [...weak, placeholdersUnseenFinding],
      execute: async () => {
        await changePassword(operator, connection, login, next);
        return {
          action: { command: "account password", user: login.name },
          text: () =>
            `Changed: the password of ${name} in ${cluster}; the new one has logged in\n` +
            `Change it now wherever the old one is kept: ${describeStorage(settings)}, and the user's hash or password in internal_users.yml\n`,
        };
      },
    };
  });
}

/** Refuses a caller that logs in without a password, and so has none to change. */
function requirePassword({ token, tokenFile, username, clientCert }: Settings): void {
  const given =
    (token ?? tokenFile) ? "a token was given" : clientCert ? "a certificate was given" : "no user was given";
  if (username !== undefined) return;
  throw failure("input", "no-password-login", `there is no password of one's own to change: ${given}`, {
    hint: "log in with --username and --password-file or OSAC_PASSWORD, and without a certificate",
  });
}

/** Reads the new password before any request, so that a missing one costs no login. */
async function readNextPassword(settings: Settings, { stdin }: Io): Promise<Secret> {
  if (settings.passwordFile === "-" && settings.newPasswordFile === "-")
    throw failure(
      "input",
      "conflicting-passwords",
      "--password-file - and --new-password-file - both read standard input",
      {
        hint: "pass one of them in a file or a variable",
      },
    );
  const secret = await readNewPassword(settings, stdin);
  if (secret) return secret;
  throw failure("input", "no-new-password", "the new password is missing", {
    hint: "pass it with --new-password-file PATH, - for standard input, or OSAC_NEW_PASSWORD",
  });
}

/** Returns a warning for a password that breaks a known rule: only the server knows all of its rules. */
function policyFindings(password: Secret, policy: PasswordPolicy): Finding[] {
  const message = findPolicyViolation(password, policy);
  return message === undefined
    ? []
    : [makeFinding("weak-password", { message: `the server may refuse it: ${message}` })];
}

/** Names the places from which pipelines read the password. */
function describeStorage({ passwordFile }: Settings): string {
  return passwordFile === undefined || passwordFile === "-"
    ? "the secret behind OSAC_PASSWORD"
    : `${passwordFile}, the secrets of pipelines`;
}
