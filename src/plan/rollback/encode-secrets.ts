import { isRecord } from "../../value/record.ts";
import { formatPointer } from "../../value/path.ts";
import type { EntityTrace } from "../../model/backup.ts";
import type { Body, Json, Value } from "../../model/value.ts";
import { Secret, holdsSecret } from "../../secrets/secret.ts";
import { digest, fingerprint } from "../reviewed/fingerprint.ts";
import { escapeField, secretField, unescapeField } from "../secret-field.ts";

const masked = "(sensitive)";

/** A value as a backup holds it: of a secret nothing but its place, unless secrets are to be kept. */
export function encodeSecrets(value: Value, keepsSecrets: boolean): Json {
  if (value instanceof Secret)
    return { [secretField]: keepsSecrets && value.isKnown ? value.reveal() : null };
  if (Array.isArray(value)) return value.map((item) => encodeSecrets(item, keepsSecrets));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [escapeField(name), encodeSecrets(item, keepsSecrets)]),
  );
}

/** A value as it was before it was sealed; a secret that was not kept has no value. */
export function decodeSecrets(value: Json): Value {
  if (Array.isArray(value)) return value.map(decodeSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[field, secret] = []] = entries;
  if (entries.length === 1 && field === secretField)
    return new Secret(typeof secret === "string" ? secret : undefined);
  return Object.fromEntries(entries.map(([name, item]) => [unescapeField(name), decodeSecrets(item)]));
}

/**
 * A live body with a secret wherever the files have one, for what stands there may be the secret of yesterday.
 */
export function maskSecrets(value: Value, desired: Value | undefined): Value {
  if (value instanceof Secret || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, findCounterpart(desired, item)));
  if (isRecord(value)) {
    const other = isRecord(desired) ? desired : {};
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, maskSecrets(item, other[name])]),
    );
  }
  return desired instanceof Secret ? new Secret(String(value)) : value;
}

/** An item of a list has no place of its own: beside secrets, only what the files have as well may be read. */
function findCounterpart(desired: Value | undefined, item: Value): Value | undefined {
  if (!Array.isArray(desired) || desired.includes(item)) return undefined;
  return desired.find((one) => one instanceof Secret);
}

/** The places of the secrets of a body: the fields that lead to each. A list that has one counts whole. */
export function listSecretPlaces(value: Value, path: readonly string[] = []): (readonly string[])[] {
  if (value instanceof Secret) return [path];
  if (Array.isArray(value)) return holdsSecret(value) ? [path] : [];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => listSecretPlaces(item, [...path, name]));
}

/** A fingerprint of the entity without its secrets and without the values at `unseen`. Undefined stands for no entity. */
export function makeTrace(body: Body | undefined, unseen: readonly string[]): EntityTrace {
  if (!body) return { fingerprint: fingerprint(null), unseen };
  return { fingerprint: digest(maskAt(body, new Set(unseen), [])), unseen };
}

function maskAt(value: Value, unseen: ReadonlySet<string>, path: readonly string[]): Json {
  if (unseen.has(formatPointer(path)) || (holdsSecret(value) && !isRecord(value))) return masked;
  if (!isRecord(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, maskAt(item, unseen, [...path, name])]),
  );
}
