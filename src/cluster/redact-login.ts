import { createRedactor } from "../secrets/redact.ts";
import type { Connection } from "../model/cluster.ts";

/** The most characters of a name that the server shows. */
const nameLengthMax = 256;

/** The login that osac sent. */
type SentLogin = Pick<Connection, "username" | "password" | "token" | "clientKey">;

/** Returns a function that removes the login from a text of the server. The server may echo it as a name. */
export function createLoginRedactor(login: SentLogin): (text: string) => string {
  return createRedactor(listLoginSecrets(login));
}

/** A name for a report, without the login and with a limited length. */
export function showName(hide: (text: string) => string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  // The search for secrets comes before the cut, because a cut could split a secret. It has a limit of its
  // own.
  const shown = hide(name.slice(0, 64 * nameLengthMax));
  return shown.length > nameLengthMax ? `${shown.slice(0, nameLengthMax)}…` : shown;
}

function listLoginSecrets({ username, password, token, clientKey }: SentLogin): string[] {
  const secrets = [password, token, clientKey].flatMap((secret) => secret?.reveal() ?? []);
  const basic = password && Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  return basic === undefined ? secrets : [...secrets, basic];
}
