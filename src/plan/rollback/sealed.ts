import { isFields } from "../../kinds/canonical.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import type { Body, Json, Trace, Value } from "../../model.ts";
import { Secret, holdsSecret } from "../../secret.ts";
import { digestOf, fingerprintOf } from "../reviewed/fingerprint.ts";
import { escapeField, secretField, unescapeField } from "../secret-field.ts";

/** What stands for a secret where only its place counts. */
const masked = "(sensitive)";

/** A value as a backup holds it: of a secret nothing but its place, unless secrets are to be kept. */
export function sealed(value: Value, keepsSecrets: boolean): Json {
  if (value instanceof Secret)
    return { [secretField]: keepsSecrets && value.isKnown ? value.reveal() : null };
  if (Array.isArray(value)) return value.map((item) => sealed(item, keepsSecrets));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [escapeField(name), sealed(item, keepsSecrets)]),
  );
}

/** A value as it was before it was sealed; a secret that was not kept has no value. */
export function unsealed(value: Json): Value {
  if (Array.isArray(value)) return value.map(unsealed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[field, secret] = []] = entries;
  if (entries.length === 1 && field === secretField)
    return new Secret(typeof secret === "string" ? secret : undefined);
  return Object.fromEntries(entries.map(([name, item]) => [unescapeField(name), unsealed(item)]));
}

/**
 * A live body with a secret wherever the files have one, for what stands there may be the secret of yesterday.
 */
export function guarded(value: Value, desired: Value | undefined): Value {
  if (value instanceof Secret || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => guarded(item, counterpartIn(desired, item)));
  if (isFields(value)) {
    const other = isFields(desired) ? desired : {};
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, guarded(item, other[name])]),
    );
  }
  return desired instanceof Secret ? new Secret(String(value)) : value;
}

/** An item of a list has no place of its own: beside secrets, only what the files have as well may be read. */
function counterpartIn(desired: Value | undefined, item: Value): Value | undefined {
  if (!Array.isArray(desired) || desired.includes(item)) return undefined;
  return desired.find((one) => one instanceof Secret);
}

/** The places of the secrets of a body: the fields that lead to each. A list that has one counts whole. */
export function secretPlaces(value: Value, path: readonly string[] = []): (readonly string[])[] {
  if (value instanceof Secret) return [path];
  if (Array.isArray(value)) return holdsSecret(value) ? [path] : [];
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => secretPlaces(item, [...path, name]));
}

/** By what an entity is known again, without what stands at some places and without any secret; undefined stands for none. */
export function traceOf(body: Body | undefined, unseen: readonly string[]): Trace {
  if (!body) return { fingerprint: fingerprintOf(null), unseen };
  return { fingerprint: digestOf(maskedAt(body, new Set(unseen), [])), unseen };
}

function maskedAt(value: Value, unseen: ReadonlySet<string>, path: readonly string[]): Json {
  if (unseen.has(pointerOf(path)) || (holdsSecret(value) && !isFields(value))) return masked;
  if (!isFields(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, maskedAt(item, unseen, [...path, name])]),
  );
}

/** Fields that lead somewhere, as a JSON pointer. */
export function pointerOf(path: readonly string[]): string {
  return path.map((token) => `/${escapePointer(token)}`).join("");
}
