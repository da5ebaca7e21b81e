import { isObject, asText } from "./documents.ts";
import type { JsonObject } from "./patch.ts";
import type { Store } from "./store.ts";

/** A way to log in that the node has loaded. */
export interface Domain {
  readonly order: number;
  readonly authenticator: string;
  readonly isChallenging: boolean;
  readonly backend: string;
}

/** Those that need nothing from outside to be loaded; the server leaves the others out. */
const authenticators = ["basic", "jwt", "openid", "kerberos", "clientcert", "proxy"];

const backends: Readonly<Record<string, string>> = {
  intern: "intern",
  internal: "intern",
  "org.opensearch.security.auth.internal.InternalAuthenticationBackend": "intern",
  noop: "noop",
  ldap: "ldap",
};

/** The loaded domains as they are asked: of two with the same order only one is kept. */
export function listDomains(store: Store): Domain[] {
  const dynamic = store.active.config.get("config")?.["dynamic"];
  const authc = isObject(dynamic) && isObject(dynamic["authc"]) ? dynamic["authc"] : {};
  const byOrder = new Map<number, Domain>();
  for (const domain of Object.values(authc)) {
    const loaded = isObject(domain) && domain["http_enabled"] !== false ? load(domain) : undefined;
    if (loaded && !byOrder.has(loaded.order)) byOrder.set(loaded.order, loaded);
  }
  return [...byOrder.values()].toSorted((a, b) => a.order - b.order);
}

function load(domain: JsonObject): Domain | undefined {
  const [asking, checking] = [domain["http_authenticator"], domain["authentication_backend"]];
  if (!isObject(asking) || !isObject(checking)) return undefined;
  const authenticator = asText(asking["type"]);
  const backend = backends[asText(checking["type"])];
  if (backend === undefined || !authenticators.includes(authenticator)) return undefined;
  return {
    order: Number(domain["order"]),
    authenticator,
    isChallenging: asking["challenge"] !== false,
    backend,
  };
}

/** Whether a request that brings a domain nothing is answered by it, and asked no further. */
export function endsRequest({ authenticator, isChallenging }: Domain): boolean {
  return isChallenging && !["clientcert", "proxy"].includes(authenticator);
}
