import { isRecord } from "../value/record.ts";
import { isSameValue } from "../value/equal.ts";
import type { Body, Value } from "../model/value.ts";
import { toShownText, type Documents } from "./documents.ts";
import { getOwnField, valueAtPath } from "../value/path.ts";
import { combineAll, type Certainty } from "./certainty.ts";

/** The sort of credentials that a caller sends. */
export type Credentials = "password" | "token" | "certificate";

/** One enabled login domain. */
export interface Domain {
  readonly name: string;
  readonly order: number;
  readonly authenticator: string;
  /** True if it looks up the caller among the internal users. */
  readonly isInternal: boolean;
  readonly isChallenging: boolean;
  /** The settings that decide which callers it accepts: the authenticator and the back end. */
  readonly content: Body;
}

/** A caller that logs in, and the known facts about the login domains. */
export interface LoginAttempt {
  /** Absent if it may be any. */
  readonly credentials?: Credentials | undefined;
  /** True if the caller is an internal user; absent if osac cannot see that. */
  readonly isInternal?: boolean | undefined;
  /**
   * Login domains that are known to accept the caller, though their back end is outside: a directory, an
   * issuer of tokens.
   */
  readonly trusted: readonly Domain[];
  /** Login domains that are known not to end the caller's requests. */
  readonly harmless?: readonly Domain[];
}

/** A login domain that reads the caller's credentials, and whether it accepts the caller. */
export interface DomainJudgement {
  readonly domain: Domain;
  readonly certainty: Certainty;
  /** The reason why it may not accept the caller. */
  readonly why?: string;
}

const credentialsByAuthenticator: Readonly<Record<string, Credentials>> = {
  basic: "password",
  jwt: "token",
  openid: "token",
  saml: "token",
  on_behalf_of: "token",
  api_tokens: "token",
  clientcert: "certificate",
};

/**
 * With `challenge: true`, these end every request without credentials for them; the others let the next
 * domain try.
 */
const enders: Readonly<Record<string, Certainty>> = {
  basic: "yes",
  jwt: "yes",
  openid: "yes",
  kerberos: "yes",
  // The server does not load it without the metadata of its identity provider; then it ends no request.
  saml: "unsure",
  clientcert: "no",
  proxy: "no",
  "extended-proxy": "no",
};

const internalBackends = [
  "intern",
  "internal",
  "org.opensearch.security.auth.internal.InternalAuthenticationBackend",
];

/**
 * Lists the enabled login domains in the order in which the server asks them, and those for the tokens that
 * the server issues.
 */
export function listDomains(documents: Documents): Domain[] {
  const dynamic = valueAtPath(documents.get("config")?.get("config"), ["dynamic"]);
  const authc = valueAtPath(dynamic, ["authc"]);
  const configured = Object.entries(isRecord(authc) ? authc : {}).flatMap(([name, domain]) =>
    valueAtPath(domain, ["http_enabled"]) === false ? [] : [readDomain(name, domain)],
  );
  return [...listTokenDomains(dynamic), ...configured].toSorted((a, b) => a.order - b.order);
}

function readDomain(name: string, domain: Value): Domain {
  const authenticator = valueAtPath(domain, ["http_authenticator"]) ?? {};
  const backend = valueAtPath(domain, ["authentication_backend"]) ?? {};
  const order = valueAtPath(domain, ["order"]);
  return {
    name,
    order: typeof order === "number" ? order : 0,
    authenticator: toShownText(valueAtPath(authenticator, ["type"]))?.value ?? "",
    isInternal: internalBackends.includes(toShownText(valueAtPath(backend, ["type"]))?.value ?? ""),
    isChallenging: valueAtPath(authenticator, ["challenge"]) !== false,
    content: { authenticator: withoutChallenge(authenticator), backend },
  };
}

function withoutChallenge(authenticator: Value): Value {
  if (!isRecord(authenticator)) return authenticator;
  const { challenge: _, ...rest } = authenticator;
  return rest;
}

/** The server asks these before all others. */
function listTokenDomains(dynamic: Value | undefined): Domain[] {
  return ["api_tokens", "on_behalf_of"].flatMap((name, index) => {
    const settings = valueAtPath(dynamic, [name]);
    if (settings === undefined || valueAtPath(settings, ["enabled"]) !== true) return [];
    const content = { settings };
    return [
      { name, order: index - 2, authenticator: name, isInternal: false, isChallenging: false, content },
    ];
  });
}

/** Lists the login domains that read such credentials. */
export function domainsFor(documents: Documents, credentials: Credentials | undefined): Domain[] {
  return listDomains(documents).filter((domain) => accepts(domain, credentials));
}

/** True if two domains accept the same callers; their names and places do not matter. */
export function isSameDomain(a: Domain, b: Domain): boolean {
  return isSameValue(a.content, b.content);
}

/**
 * True if the server asks two domains at the same point, and both treat requests without credentials alike.
 */
export function isAskedAlike(a: Domain, b: Domain): boolean {
  return a.order === b.order && a.isChallenging === b.isChallenging;
}

/** Judges each login domain that reads the caller's credentials. */
export function judgeDomains(documents: Documents, login: LoginAttempt): DomainJudgement[] {
  const domains = listDomains(documents);
  return domains
    .filter((domain) => accepts(domain, login.credentials))
    .filter(({ isInternal }) => !isInternal || login.isInternal !== false)
    .map((domain) => judgeDomain(domain, domains, login));
}

/** Judges whether a login domain accepts the caller. */
export function mayLogIn(
  judgements: readonly DomainJudgement[],
  { isInternal, trusted }: LoginAttempt,
): Certainty {
  if (judgements.every(({ certainty }) => certainty === "no")) return "no";
  const isSure = judgements.some(({ domain, certainty }) => domain.isInternal && certainty === "yes");
  if (isInternal === true) return isSure ? "yes" : "unsure";
  if (trusted.length === 0) return "unsure";
  // osac cannot see which of these knows the caller, so all of them must accept it.
  return combineAll(
    trusted.map((known) => {
      const way = judgements.find(({ domain }) => isSameDomain(domain, known));
      return way?.certainty === "yes" ? "yes" : "unsure";
    }),
  );
}

function judgeDomain(domain: Domain, domains: readonly Domain[], login: LoginAttempt): DomainJudgement {
  const obstacle = findObstacle(domain, domains, login);
  if (obstacle) return { domain, ...obstacle };
  const isSure =
    login.isInternal === true
      ? domain.isInternal
      : login.trusted.some((known) => isSameDomain(known, domain));
  return { domain, certainty: isSure ? "yes" : "unsure" };
}

/**
 * Finds the obstacle between a request and a domain: another domain of the same `order`, because the server
 * keeps one of each, or an earlier domain that ends the request.
 */
function findObstacle(
  domain: Domain,
  domains: readonly Domain[],
  { credentials, harmless = [] }: LoginAttempt,
): Pick<DomainJudgement, "certainty" | "why"> | undefined {
  const rival = domains.find((other) => other !== domain && other.order === domain.order);
  if (rival) {
    const why = `${rival.name} and ${domain.name} have the same order, ${domain.order}, and the server keeps only one of them`;
    return { certainty: "unsure", why };
  }
  if (credentials === undefined) return undefined;
  const before = domains.filter(
    (other) =>
      other.order < domain.order &&
      !harmless.some((known) => isAskedAlike(known, other) && isSameDomain(known, other)),
  );
  const ender = ["yes", "unsure"].flatMap((verdict) =>
    before.filter((other) => endsRequest(other, credentials) === verdict),
  )[0];
  if (!ender) return undefined;
  const why = `${ender.name} (${ender.authenticator}, challenge: true) comes before ${domain.name}, and answers requests that bring it nothing with 401`;
  return { certainty: endsRequest(ender, credentials) === "yes" ? "no" : "unsure", why };
}

function accepts({ authenticator }: Domain, credentials: Credentials | undefined): boolean {
  return credentials === undefined || getOwnField(credentialsByAuthenticator, authenticator) === credentials;
}

function endsRequest(domain: Domain, credentials: Credentials): Certainty {
  if (!domain.isChallenging || accepts(domain, credentials)) return "no";
  return getOwnField(enders, domain.authenticator) ?? "unsure";
}
