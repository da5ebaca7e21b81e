import { isFields } from "../../kinds/canonical.ts";
import type { Value } from "../../model.ts";
import { isOn, textOf, valueAt } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

const keysAt = "/dynamic/on_behalf_of";
const shortest = 64;

/** What `java.util.Base64.getDecoder()` takes. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * As soon as both keys are there, the server builds its issuer of tokens, enabled or not; when that fails, it loads no
 * configuration any more (seen on 2.19.4 and 3.4.0: the signing key is a text of at least 64 characters of Base64).
 */
export const onBehalfOfRule: Rule = ({ kind, body }) => {
  const settings = kind === "config" ? valueAt(body, keysAt) : undefined;
  if (!isFields(settings)) return [];
  const { enabled, signing_key: signing, encryption_key: encryption } = settings;
  if (isGiven(signing) && isGiven(encryption))
    return [...signingFaults(textOf(signing)), ...encryptionFaults(textOf(encryption))];
  return isOn(enabled) ? [incomplete()] : [];
};

function signingFaults(key: string | undefined): Remark[] {
  if (key === undefined) return [];
  if (key.length < shortest) return [poison("signing_key", `has fewer than ${shortest} characters`)];
  return base64.test(key) ? [] : [poison("signing_key", "is no Base64")];
}

function encryptionFaults(key: string | undefined): Remark[] {
  return key === undefined || base64.test(key) ? [] : [poison("encryption_key", "is no Base64")];
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

function incomplete(): Remark {
  return {
    code: "incomplete-on-behalf-of",
    severity: "warning",
    pointer: keysAt,
    message: "on_behalf_of is enabled, and without both keys the server issues no tokens",
    hint: "add signing_key and encryption_key, each the Base64 of random bytes",
  };
}

function poison(field: string, fault: string): Remark {
  return {
    code: "invalid-stored-key",
    severity: "error",
    pointer: `${keysAt}/${field}`,
    message: `on_behalf_of.${field} ${fault}, which counts even where it is not enabled`,
    hint: "make one with: openssl rand -base64 64 | tr -d '\\n'",
    poison: { since: "2.12" },
  };
}
