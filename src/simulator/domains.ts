import { isObject, asText } from "./documents.ts";
import type { Store } from "./store.ts";
import type { JsonObject } from "../model/value.ts";

/** A login domain that the node has loaded. */
export interface Domain {
  readonly order: number;
  readonly authenticator: string;
  readonly isChallenging: boolean;
  readonly backend: string;
}

/** The authenticators that the node can load without external services. It omits the other domains. */
const authenticators = ["basic", "jwt", "openid", "kerberos", "clientcert", "proxy"];

const backends: Readonly<Record<string, string>> = {
  intern: "intern",
  internal: "intern",
  "org.opensearch.security.auth.internal.InternalAuthenticationBackend": "intern",
  noop: "noop",
  ldap: "ldap",
};

/** Lists the loaded domains in their order. Of two with the same order the server keeps only one. */
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

/**
 * Returns true if a domain answers a request without credentials for it. The server then tries no further
 * domain.
 */
export function endsRequest({ authenticator, isChallenging }: Domain): boolean {
  return isChallenging && !["clientcert", "proxy"].includes(authenticator);
}
