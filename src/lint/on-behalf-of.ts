import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Value } from "../model/value.ts";
import { isOn, toStoredText } from "../value/texts.ts";
import { valueAt } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

const keysAt = "/dynamic/on_behalf_of";
const shortest = 64;

/** The texts that `java.util.Base64.getDecoder()` accepts. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The first version that builds its token issuer of a signing key without an encryption key, too. */
const loneKeySince = "3.6";

/**
 * Checks the keys of on-behalf-of tokens. If both keys are set, the server builds its token issuer, enabled
 * or not. If that fails, the server loads no configuration any more (seen on 2.19.4, 3.4.0 and 3.8.0: the
 * signing key is a text of at least 64 characters of Base64).
 */
export const onBehalfOfRule: Rule = ({ body }) => {
  const settings = valueAt(body, keysAt);
  if (!isRecord(settings)) return [];
  const { enabled, signing_key: signing, encryption_key: encryption } = settings;
  const incomplete = isOn(enabled) ? [incompleteFinding(isGiven(signing))] : [];
  if (!isGiven(signing)) return incomplete;
  const key = toStoredText(signing);
  return isGiven(encryption)
    ? [...signingKeyFindings(key, "2.12"), ...encryptionKeyFindings(toStoredText(encryption))]
    : [...signingKeyFindings(key, loneKeySince), ...incomplete];
};

function signingKeyFindings(key: string | undefined, since: string): LintFinding[] {
  if (key === undefined) return [];
  if (key.length < shortest)
    return [unloadableFinding("signing_key", `has fewer than ${shortest} characters`, since)];
  return base64.test(key) ? [] : [unloadableFinding("signing_key", "is no Base64", since)];
}

function encryptionKeyFindings(key: string | undefined): LintFinding[] {
  return key === undefined || base64.test(key)
    ? []
    : [unloadableFinding("encryption_key", "is no Base64", "2.12")];
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

function incompleteFinding(hasSigningKey: boolean): LintFinding {
  return makeLintFinding("incomplete-on-behalf-of", {
    servers: hasSigningKey ? { until: loneKeySince } : undefined,
    pointer: keysAt,
    message: "on_behalf_of is enabled, and without both keys the server issues no tokens",
    hint: "add signing_key and encryption_key, each the Base64 of random bytes",
  });
}

function unloadableFinding(field: string, fault: string, since: string): LintFinding {
  return makeLintFinding("unloadable-key", {
    severity: "error",
    pointer: `${keysAt}/${field}`,
    message: `on_behalf_of.${field} ${fault}, which matters even if on_behalf_of is disabled`,
    hint: "make one with: openssl rand -base64 64 | tr -d '\\n'",
    unloadable: { since },
    servers: { since },
  });
}
