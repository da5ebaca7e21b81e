import { createRedactor } from "../secrets/redact.ts";
import type { Connection } from "../model/cluster.ts";

/** The login that osac sent. */
type SentLogin = Pick<Connection, "username" | "password" | "token" | "clientKey">;

/** Returns a function that removes the login from a text of the server. The server may echo it as a name. */
export function createLoginRedactor(login: SentLogin): (text: string) => string {
  return createRedactor(listLoginSecrets(login));
}

function listLoginSecrets({ username, password, token, clientKey }: SentLogin): string[] {
  const secrets = [password, token, clientKey].flatMap((secret) => secret?.reveal() ?? []);
  const basic = password && Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  return basic === undefined ? secrets : [...secrets, basic];
}
