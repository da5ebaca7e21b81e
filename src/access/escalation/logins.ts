import type { Body } from "../../model/value.ts";
import { valueAtPath } from "../../value/path.ts";
import { toShownText } from "../documents.ts";
import { listDomains, type Domain } from "../login-domains.ts";
import { makeAddresses } from "../compare/samples.ts";
import { readPattern } from "../match-pattern.ts";

export function isOpenToAnonymous(config: Body): boolean {
  return valueAtPath(config, ["dynamic", "http", "anonymous_auth_enabled"]) === true;
}

/** Lists the ways to log in under a name without a proof that it is one's own. */
export function listUnprovenLogins(config: Body): string[] {
  const documents = new Map([["config", new Map([["config", config]])] as const]);
  const domains = listDomains(documents).flatMap((domain) =>
    describeUnproven(domain).map((what) => `login domain ${domain.name} ${what}`),
  );
  return [...domains, ...listOpenProxies(config), ...listDisabledLogins(config)];
}

/** These need a setting of the nodes that nobody supports and no API shows. */
function listDisabledLogins(config: Body): string[] {
  return ["disable_rest_auth", "disable_intertransport_auth"]
    .filter((name) => valueAtPath(config, ["dynamic", name]) === true)
    .map((name) => `${name} lets everybody in if the nodes have unsupported.${name}_initially`);
}

const headers: readonly string[] = ["proxy", "extended-proxy"];

/** True if a login domain takes the name of the caller from a header. */
export function isForHeaders({ authenticator }: Pick<Domain, "authenticator">): boolean {
  return headers.includes(authenticator);
}

/** Describes how a login domain believes a name without a proof. Empty if it asks for one. */
export function describeUnproven({ authenticator, content }: Domain): string[] {
  const read = (...path: string[]): string => toShownText(valueAtPath(content, path))?.value ?? "";
  const isSet = (key: string): boolean =>
    ![undefined, null, ""].includes(valueAtPath(content, ["authenticator", "config", key]) as string);
  if (isForHeaders({ authenticator })) {
    const [user, roles] = ["user_header", "roles_header"].map((key) => read("authenticator", "config", key));
    return [
      `takes the user from the header ${user || "of its proxy"}${roles && `, and backend roles from ${roles}`}`,
    ];
  }
  if (authenticator === "basic" && read("backend", "type") === "noop") return ["accepts every password"];
  if (authenticator === "jwt" && !isSet("signing_key") && !isSet("jwks_uri"))
    return ["has no key to check its tokens with"];
  return [];
}

/** Addresses all over the Internet. A proxy of the user has hardly one of them. */
const strangers = Array.from({ length: 223 }, (_, index) => `${index + 1}.219.183.57`).filter(
  (address) => !/^(?:10|100|127|169|172|192)\./.test(address),
);

/** The addresses from which the server believes the header with the caller's address. */
function listOpenProxies(config: Body): string[] {
  const xff = valueAtPath(config, ["dynamic", "http", "xff"]);
  if (valueAtPath(xff, ["enabled"]) !== true) return [];
  const proxies = toShownText(valueAtPath(xff, ["internalProxies"]))?.value ?? "";
  const isOpen = readPattern(`/${proxies}/`);
  if (![...strangers, ...makeAddresses(proxies)].some((address) => isOpen(address) !== "no")) return [];
  return ["http.xff believes the headers of every address"];
}
