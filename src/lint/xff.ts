import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { matchesExpression } from "../value/match-expression.ts";
import { formatValue, toStoredText } from "../value/texts.ts";
import { valueAt } from "../value/path.ts";
import { javaRegexError } from "./java-regex/java-regex.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

const xffAt = "/dynamic/http/xff";
const pointer = `${xffAt}/internalProxies`;

/**
 * Addresses that no proxy of the user has, of each family: one of the Internet, and one that is reserved for
 * examples.
 */
const strangers = [
  ["8.8.8.8", "203.0.113.7"],
  ["2001:4860:4860:0:0:0:0:8888", "2001:db8:0:0:0:0:0:7"],
];

/**
 * Checks `internalProxies`, a Java regular expression for whole addresses. If it does not compile, the server
 * uses its default, which trusts every private network (seen on 2.19.4 and 3.4.0).
 */
export const xffRule: Rule = ({ body }) => {
  const xff = valueAt(body, xffAt);
  const proxies = isRecord(xff) ? xff["internalProxies"] : undefined;
  const text = toStoredText(proxies);
  if (text === undefined || text === "") return [];
  const message = `internalProxies: ${formatValue(proxies)}`;
  if (javaRegexError(text) !== undefined) return [brokenFinding(message)];
  const networks = text.split("|").filter((one) => /\/\d/.test(one));
  const isTooWide = strangers.some((family) =>
    family.every((address) => matchesExpression(text, address) === true),
  );
  return [...networks.map(networkFinding), ...(isTooWide ? [tooWideFinding(message)] : [])];
};

const hint = String.raw`write a regular expression for the addresses of your proxies, for example 192\.168\.0\.1[01]`;

function brokenFinding(about: string): LintFinding {
  return makeLintFinding("bad-pattern", {
    severity: "error",
    pointer,
    message: `${about} is not a valid Java regular expression; the server then trusts the headers of every caller in a private network`,
    hint,
  });
}

function networkFinding(network: string): LintFinding {
  return makeLintFinding("network-as-host", {
    pointer,
    message: `internalProxies: ${formatValue(network)} matches no address, because it is a regular expression, not a network`,
    hint,
  });
}

function tooWideFinding(about: string): LintFinding {
  return makeLintFinding("trusts-every-proxy", {
    pointer,
    message: `${about} matches every IPv4 or IPv6 address, so the server trusts the headers of every caller`,
    hint,
  });
}
