import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, valueAt } from "../value/path.ts";
import { findTexts, toStoredText, type TextAt } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Directory } from "../model/entity.ts";
import { isPattern } from "./java-regex/java-regex.ts";
import type { Rule, TextCheck } from "./rule.ts";

/** A reason why a text matches no caller, and a hint. */
interface Fault {
  readonly reason: string;
  readonly hint: string;
}

/**
 * Finds networks as CIDR blocks. Mappings compare addresses as texts, so a CIDR block matches no address
 * (seen on 2.19.4 and 3.4.0).
 */
export const networkAsHost: TextCheck = (text) =>
  isNetwork(text) ? (host) => networkFinding("hosts", host) : undefined;

/** Finds texts that are neither an address as the server writes it, nor a host name, nor a pattern of these. */
export const hostWithoutMatch: TextCheck = (text) => {
  const fault = isNetwork(text) ? undefined : findHostFault(text);
  return fault && ((host) => hostFinding("hosts", host, fault));
};

/**
 * Finds host names in the mode `ip-only`, in which the server knows callers by their addresses alone. Without
 * the file of `config` the mode is not known.
 */
export const hostNameRule: Rule = ({ body }, directory) =>
  readsAddressesOnly(directory)
    ? findTexts(body["hosts"], "/hosts", isHostName).map((host) => hostFinding("hosts", host, nameFault))
    : [];

/** Checks the hosts in `ignore_hosts`; servers accept networks there from 3.0 on (`HostAndCidrMatcher`). */
export const ignoredHostRule: Rule = ({ body }) =>
  listIgnoredHosts(valueAt(body, listenersAt)).flatMap((host) => {
    if (isNetwork(host.text)) return [{ ...networkFinding("ignore_hosts", host), servers: { until: "3.0" } }];
    const fault = findHostFault(host.text);
    return fault ? [hostFinding("ignore_hosts", host, fault)] : [];
  });

const listenersAt = "/dynamic/auth_failure_listeners";

function listIgnoredHosts(listeners: ReturnType<typeof valueAt>): TextAt[] {
  return Object.entries(isRecord(listeners) ? listeners : {}).flatMap(([name, listener]) =>
    findTexts(valueAt(listener, "/ignore_hosts"), `${listenersAt}/${escapePointer(name)}/ignore_hosts`),
  );
}

function readsAddressesOnly({ kinds }: Directory): boolean {
  const config = kinds.get("config")?.get("config");
  if (config === undefined) return false;
  const mode = toStoredText(valueAt(config.body, "/dynamic/hosts_resolver_mode")) ?? "ip-only";
  return mode.toLowerCase() === "ip-only";
}

function isNetwork(text: string): boolean {
  return /^[0-9A-Fa-f.:]+\/\d{1,3}$/.test(text.trim());
}

function isHostName(text: string): boolean {
  return /[g-z]/i.test(text) && !isPattern(text) && findHostFault(text) === undefined;
}

const nameFault: Fault = {
  reason: "hosts_resolver_mode is ip-only, so the server does not look up names",
  hint: "write the address, or set hosts_resolver_mode: ip-hostname",
};

/** Texts that are no host, whatever else they hold. */
const shapes: readonly (readonly [shape: RegExp, reason: string, hint: string])[] = [
  [/:\/\//, "it is a URL", "write the address alone"],
  [/^\[.*\]$/s, "the server writes addresses without brackets", "remove the brackets"],
  [/[,;\s]/, "it is a list", "make each host an item of its own"],
  [/[^\w.:*?%-]/, "no address and no host name has such a character", "write an address or a name"],
];

/** Seen on 2.19.4 and 3.4.0. Other rules report blank texts, and spaces at an end. */
function findHostFault(text: string): Fault | undefined {
  if (isPattern(text) || text.trim() !== text || text === "") return undefined;
  const [found] = shapes.flatMap(([shape, reason, hint]) => (shape.test(text) ? [{ reason, hint }] : []));
  if (found) return found;
  if (text.includes(":")) return findColonFault(text);
  return /^[\d.-]+$/.test(text) && !isAddress(text)
    ? { reason: "it is no address", hint: "write an address of four numbers, or use * and ?, such as 10.1.*" }
    : undefined;
}

function findColonFault(text: string): Fault | undefined {
  if (/^[^:]*[^:0-9A-Fa-f*?][^:]*:[\d*?]+$/.test(text))
    return { reason: "the server compares the address without a port", hint: "remove the port" };
  if (/[*?]/.test(text)) return undefined;
  const written = formatIPv6(text);
  if (written === undefined)
    return { reason: "it is no address", hint: "write an IPv6 address, or a host name without a port" };
  return written === text
    ? undefined
    : { reason: `the server writes this address as ${written}`, hint: `write ${written}` };
}

function isAddress(text: string): boolean {
  const numbers = text.split(".");
  return (
    numbers.length === 4 && numbers.every((one) => /^(?:0|[1-9]\d{0,2})$/.test(one) && Number(one) < 256)
  );
}

/** Returns an IPv6 address in its short form, as the server writes it. */
function formatIPv6(text: string): string | undefined {
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

function networkFinding(field: string, { pointer, shown }: TextAt): LintFinding {
  const who = field === "hosts" ? "the server compares" : "servers before 3.0 compare";
  return makeLintFinding("network-as-host", {
    pointer,
    message: `${field}: ${shown} matches no address, because ${who} addresses as texts, not as networks`,
    hint: "use * and ?, for example 10.1.*, or a regular expression between slashes",
  });
}

function hostFinding(
  field: string,
  { pointer, shown, isSecret }: TextAt,
  { reason, hint }: Fault,
): LintFinding {
  return makeLintFinding("host-without-match", {
    pointer,
    message: `${field}: ${shown} matches no caller, because ${isSecret ? "it is no host" : reason}`,
    hint: isSecret ? "write an address or a name" : hint,
  });
}
