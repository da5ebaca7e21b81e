import { createHider } from "../hidden.ts";
import type { Connection } from "../model.ts";

/** What the server was sent to know the caller. */
type Login = Pick<Connection, "username" | "password" | "token" | "clientKey">;

/** A function that takes the login out of a text of the server, which might say it again as a name. */
export function makeLoginHider(login: Login): (text: string) => string {
  return createHider(loginSecrets(login));
}

function loginSecrets({ username, password, token, clientKey }: Login): string[] {
  const secrets = [password, token, clientKey].flatMap((secret) => secret?.reveal() ?? []);
  const basic = password && Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  return basic === undefined ? secrets : [...secrets, basic];
}
