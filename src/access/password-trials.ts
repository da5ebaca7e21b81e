import { isRecord } from "../value/record.ts";
import type { Value } from "../model/value.ts";
import { toShownText, type Documents } from "./documents.ts";
import { valueAtPath } from "../value/path.ts";
import { domainsFor, mayLogIn, judgeDomains, type Domain } from "./login-domains.ts";

/** The limits of login attempts that check passwords, and whether they would show a wrong password. */
export interface PasswordTrials {
  /** The number of logins that may fail before the server could block a user or an address. */
  readonly failuresMax: number;
  /** True if a login domain certainly checks passwords: then a refused login means a wrong password. */
  readonly isPasswordRead: boolean;
  /** The reason why a login would show nothing. */
  readonly obstacle?: string;
}

/** The failures that a listener accepts by default; assumed if osac cannot read the listeners. */
const triesByDefault = 10;

/** The share of that number that one run may use: the listener also counts the failures of other clients. */
const shareOfTries = 0.5;

/** Assesses logins as internal users, one after the other, with these documents in force. */
export function assessPasswordTrials(documents: Documents): PasswordTrials {
  if (!documents.has("config")) return { failuresMax: limitTries(triesByDefault), isPasswordRead: false };
  const terms = { failuresMax: computeFailuresMax(documents), isPasswordRead: true };
  const anybodys = domainsFor(documents, "password").find(letsAnybodyIn);
  if (anybodys)
    return { ...terms, obstacle: `the domain ${anybodys.name} (noop) lets in any password whatsoever` };
  const login = { credentials: "password", isInternal: true, trusted: [] } as const;
  return mayLogIn(judgeDomains(documents, login), login) === "yes"
    ? terms
    : { ...terms, obstacle: "no domain of config.yml is sure to look at the passwords of internal users" };
}

function letsAnybodyIn({ content }: Domain): boolean {
  return toShownText(valueAtPath(content, ["backend", "type"]))?.value === "noop";
}

/**
 * The limit is one failure less than every listener accepts: each user fails once at most, and all failures
 * come from one address.
 */
function computeFailuresMax(documents: Documents): number {
  const listeners = valueAtPath(documents.get("config")?.get("config"), [
    "dynamic",
    "auth_failure_listeners",
  ]);
  const all = Object.values(isRecord(listeners) ? listeners : {}).map((listener) => ({
    isForAddresses: toShownText(valueAtPath(listener, ["type"]))?.value === "ip",
    share: limitTries(readAllowedTries(listener)),
  }));
  return all.reduce(
    (most, { isForAddresses, share }) => (isForAddresses || share === 0 ? Math.min(most, share) : most),
    Infinity,
  );
}

function readAllowedTries(listener: Value): number {
  const tries = valueAtPath(listener, ["allowed_tries"]);
  return typeof tries === "number" ? tries : triesByDefault;
}

function limitTries(tries: number): number {
  return Math.max(0, Math.floor((tries - 1) * shareOfTries));
}
