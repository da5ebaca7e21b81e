import { isFields } from "../../kinds/canonical.ts";
import { matchesExpression } from "../../kinds/expression.ts";
import { shown, textOf, valueAt } from "../pointer.ts";
import { javaRegexError } from "./java-regex.ts";
import type { Remark, Rule } from "./remark.ts";

const xffAt = "/dynamic/http/xff";
const pointer = `${xffAt}/internalProxies`;

/** Addresses that no proxy of one's own has: one of the Internet, and one that is reserved for examples. */
const strangers = ["8.8.8.8", "203.0.113.7"];

/**
 * `internalProxies` is a regular expression of Java for whole addresses. One that cannot be compiled leaves the server's
 * default in force, which believes every private network (seen on 2.19.4 and 3.4.0).
 */
export const xffRule: Rule = ({ kind, body }) => {
  const xff = kind === "config" ? valueAt(body, xffAt) : undefined;
  const proxies = isFields(xff) ? xff["internalProxies"] : undefined;
  const text = textOf(proxies);
  if (text === undefined || text === "") return [];
  const message = `internalProxies: ${shown(proxies)}`;
  if (javaRegexError(text) !== undefined) return [broken(message)];
  if (/\/\d/.test(text)) return [network(message)];
  const isTooWide = strangers.every((address) => matchesExpression(text, address) === true);
  return isTooWide ? [tooWide(message)] : [];
};

const hint = String.raw`write a regular expression for the addresses of your proxies, for example 192\.168\.0\.1[01]`;

function broken(about: string): Remark {
  return {
    code: "bad-pattern",
    severity: "error",
    pointer,
    message: `${about} is no regular expression of Java; the server then believes the headers of every caller in a private network`,
    hint,
  };
}

function network(about: string): Remark {
  return {
    code: "network-as-host",
    severity: "warning",
    pointer,
    message: `${about} fits no address, because it is a regular expression and no network`,
    hint,
  };
}

function tooWide(about: string): Remark {
  return {
    code: "trusts-every-proxy",
    severity: "warning",
    pointer,
    message: `${about} fits every address, so that the server believes the headers of every caller`,
    hint,
  };
}
