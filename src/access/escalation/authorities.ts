import { findDifferences, isSameValue, type Difference } from "../../value/equal.ts";
import { valueAtPath } from "../../value/path.ts";
import { isRecord } from "../../value/record.ts";
import type { Body, Value } from "../../model/value.ts";
import { toShownText } from "../documents.ts";
import { listDomains, type Domain } from "../login-domains.ts";
import { describeUnproven, isForHeaders } from "./logins.ts";

/** A part of the configuration that believes somebody outside about names or roles. */
interface Authority {
  readonly label: string;
  readonly content: Value;
}

/** Settings that do not decide who is believed: timeouts, caches, the own login at a directory, the own keys. */
const harmless =
  /challenge|description|timeout|cache|rate_limit|debug|page_size|password$|private_key$|client_secret$|^pemkey|^bind_dn$/i;

/**
 * Lists the authorities that the configuration newly trusts to say who a caller is or which roles it has.
 * Domains for internal users are left out, and those that have no proof at all.
 */
export function listNewAuthorities(before: Body, after: Body): string[] {
  const old = listAuthorities(before);
  return [
    ...listAuthorities(after).flatMap((one) => compareAuthority(old, one)),
    ...listResolvers(before, after),
  ];
}

function compareAuthority(old: readonly Authority[], { label, content }: Authority): string[] {
  if (old.some((known) => isSameValue(known.content, content))) return [];
  const known = old.find((one) => one.label === label);
  if (known === undefined) return [`${label} is new: it decides who callers are, or which roles they have`];
  const paths = findDifferences(known.content, content)
    .filter(isTrust)
    .map(({ path }) => path.slice(1).join("."));
  return paths.length === 0 ? [] : [`${label} believes others: ${paths.join(", ")} changed`];
}

/** True if a difference can decide who is believed. Names that the user chose, such as those of subtrees, prove nothing. */
function isTrust({ path, before, after }: Difference<Value>): boolean {
  const isScalar = ![before, after].some((value) => isRecord(value) || Array.isArray(value));
  const name = path.at(-1) ?? "";
  // Whoever is on this list gets no roles from the source.
  if (name === "skip_users") return !isSubset(before ?? [], after);
  return !(isScalar && harmless.test(name)) && !isShortened(before, after);
}

/** True if a list only lost items: fewer servers are asked. */
function isShortened(before: Value | undefined, after: Value | undefined): boolean {
  return Array.isArray(after) && after.length > 0 && isSubset(after, before);
}

function isSubset(list: Value | undefined, other: Value | undefined): boolean {
  if (!Array.isArray(list) || !Array.isArray(other)) return false;
  return list.every((item) => other.some((one) => isSameValue(one, item)));
}

function listAuthorities(config: Body): Authority[] {
  const domains = listDomains(new Map([["config", new Map([["config", config]])] as const]));
  const headers = domains.some(isForHeaders) ? listProxies(config) : [];
  return [...domains.filter(isOutside).map(toAuthority), ...listRoleSources(config), ...headers];
}

function isOutside(domain: Domain): boolean {
  return !domain.isInternal && describeUnproven(domain).length === 0;
}

function toAuthority({ name, authenticator, content }: Domain): Authority {
  return { label: `login domain ${name} (${authenticator})`, content };
}

/** The domains that look up roles of callers that another domain let in. */
function listRoleSources(config: Body): Authority[] {
  const sources = valueAtPath(config, ["dynamic", "authz"]);
  return Object.entries(isRecord(sources) ? sources : {}).flatMap(([name, source]) => {
    if (!isRecord(source) || source["http_enabled"] === false) return [];
    const { authorization_backend: backend = {} } = source;
    return [{ label: `role source ${name}`, content: { backend } }];
  });
}

/** The proxies whose headers name the caller, if a login domain reads headers. */
function listProxies(config: Body): Authority[] {
  const xff = valueAtPath(config, ["dynamic", "http", "xff"]);
  return isRecord(xff) && xff["enabled"] === true ? [{ label: "http.xff", content: { xff } }] : [];
}

/** Mappings by hosts match names, too, if the server resolves the address of the caller. */
function listResolvers(before: Body, after: Body): string[] {
  const [old, now] = [before, after].map(
    (config) => toShownText(valueAtPath(config, ["dynamic", "hosts_resolver_mode"]))?.value ?? "ip-only",
  );
  return now === old || now === "ip-only"
    ? []
    : [`hosts_resolver_mode ${now}: mappings by hosts believe names`];
}
