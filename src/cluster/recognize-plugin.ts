import { isRecord } from "../value/record.ts";
import type { Answer } from "../model/cluster.ts";

const ownRealm = /OpenSearch Security|Open Distro Security/;

/** True if the plugin itself refuses a login. A 401 of a proxy has another realm. */
export function isChallenge({ status, headers, text, body }: Answer): boolean {
  if (status !== 401) return false;
  const realm = String(headers["www-authenticate"] ?? "");
  // The plugin sends no realm to a blocked address, or if the login domain sends no challenge.
  return realm === ""
    ? body === undefined && /^(?:Unauthorized|Authentication finally failed)$/.test(text.trim())
    : ownRealm.test(realm);
}

/** True if the plugin itself refuses a login, with its own realm, which no proxy sends. */
export function isOwnChallenge({ status, headers }: Answer): boolean {
  return status === 401 && ownRealm.test(String(headers["www-authenticate"] ?? ""));
}

/** True if the plugin, or something that does not say who it is, refuses a login. */
export function isLoginRefused(answer: Answer): boolean {
  return answer.status === 401 && !isFromEdge(answer);
}

/**
 * True if a proxy or a managed service refuses the request before the server: with a page, with another
 * realm, or with the message of an access policy (`{"Message": …}`, and `{"message": …}` about
 * signatures). The plugin adds a status or an error to its message.
 */
export function isFromEdge({ status, body, text, headers }: Answer): boolean {
  if (![401, 403, 405, 413].includes(status)) return false;
  if (!isRecord(body)) return /^\s*</.test(text) || /\brealm=/.test(realmIn(headers));
  return "Message" in body || Object.keys(body).join() === "message";
}

function realmIn(headers: Answer["headers"]): string {
  const realm = String(headers["www-authenticate"] ?? "");
  return ownRealm.test(realm) ? "" : realm;
}

/** True if the plugin answered `whoami`, and no proxy. */
export function isWhoami(answer: Answer): boolean {
  return showsAdmin(answer) || (answer.status === 403 && /API not allowlisted/.test(answer.text));
}

/** True if the answer shows admin certificates. Without TLS there are none. */
export function showsAdmin({ status, body, text }: Answer): boolean {
  if (status === 403) return /^No security data\b/.test(text);
  return status === 200 && isRecord(body) && "is_admin" in body;
}

/** True if the plugin answered, and no proxy. */
export function isPluginAnswer({ status, body }: Answer): boolean {
  if (!isRecord(body)) return false;
  if (status === 200) return typeof body["user_name"] === "string" || hasFlags(body);
  // OpenSearch itself sends no texts here, and answers 400 if there is no route.
  return (
    status === 403 && (body["status"] === "FORBIDDEN" || /\bsecurity_exception\b/.test(JSON.stringify(body)))
  );
}

/** Every entity shows whether it is reserved, and there always is one: the global tenant is static. */
function hasFlags(body: object): boolean {
  const [first] = Object.values(body);
  return isRecord(first) && "reserved" in first;
}
