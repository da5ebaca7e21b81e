import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, valueAt } from "../value/path.ts";
import { findTexts, type TextAt } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule, TextCheck } from "./rule.ts";

/**
 * Finds networks as CIDR blocks. Mappings compare addresses as texts, so a CIDR block matches no address
 * (seen on 2.19.4 and 3.4.0).
 */
export const networkAsHost: TextCheck = (text) =>
  isNetwork(text) ? (host) => hostFinding("hosts", host) : undefined;

/** Checks the hosts in `ignore_hosts`; servers accept networks there from 3.0 on (`HostAndCidrMatcher`). */
export const ignoredHostRule: Rule = ({ body }) =>
  listIgnoredHosts(valueAt(body, listenersAt)).map((host) => ({
    ...hostFinding("ignore_hosts", host),
    servers: { until: "3.0" },
  }));

const listenersAt = "/dynamic/auth_failure_listeners";

function listIgnoredHosts(listeners: ReturnType<typeof valueAt>): TextAt[] {
  return Object.entries(isRecord(listeners) ? listeners : {}).flatMap(([name, listener]) =>
    findTexts(
      valueAt(listener, "/ignore_hosts"),
      `${listenersAt}/${escapePointer(name)}/ignore_hosts`,
      isNetwork,
    ),
  );
}

function isNetwork(text: string): boolean {
  return /^[0-9A-Fa-f.:]+\/\d{1,3}$/.test(text.trim());
}

function hostFinding(field: string, { pointer, shown }: TextAt): LintFinding {
  const who = field === "hosts" ? "the server compares" : "servers before 3.0 compare";
  return makeLintFinding("network-as-host", {
    pointer,
    message: `${field}: ${shown} matches no address, because ${who} addresses as texts, not as networks`,
    hint: "use * and ?, for example 10.1.*, or a regular expression between slashes",
  });
}
