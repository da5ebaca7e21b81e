import type { EntityTrace } from "../../model/backup.ts";
import type { Body, Json, Value } from "../../model/value.ts";
import { Secret } from "../../secrets/secret.ts";
import { findParts, holdsSecret, mapBeside, type Scalar } from "../../value/walk.ts";
import { digest, fingerprint } from "../reviewed/fingerprint.ts";
import { getItem, valueAtPath, withPath, parsePointer } from "../../value/path.ts";
import { readSecrets, writeSecrets } from "../secret-field.ts";

const masked = "(sensitive)";

/** Encodes a value for a backup. Of a secret the backup has only the place, unless the user keeps secrets. */
export function encodeSecrets(value: Value, keepsSecrets: boolean): Json {
  return writeSecrets(value, (secret) => (keepsSecrets && secret.isKnown ? secret.reveal() : null));
}

/** Decodes a value of a backup. A secret that the backup does not have has no value. */
export function decodeSecrets(value: Json): Value {
  return readSecrets(value, (written) => new Secret(written ?? undefined));
}

/** Masks the values of a live body wherever the files have a secret: a live value may be an older secret. */
export function maskSecrets(value: Value, desired: Value | undefined): Value {
  return mapBeside(value, desired, maskSecret, findDesiredItem);
}

function maskSecret(value: Scalar, desired: Value | undefined): Scalar {
  return typeof value !== "object" && desired instanceof Secret ? new Secret(String(value)) : value;
}

/**
 * A list item has no fixed place. In a list with secrets, only items that the files have too are not masked.
 */
function findDesiredItem(parent: Value, desired: Value | undefined, step: string): Value | undefined {
  if (!Array.isArray(parent)) return getItem(desired, step);
  if (!Array.isArray(desired) || desired.includes(parent[Number(step)]!)) return undefined;
  return desired.find((one) => one instanceof Secret);
}

/** The places of the secrets of a body: the fields that lead to each. A list that has one counts whole. */
export function listSecretPlaces(body: Value): (readonly string[])[] {
  return findParts(body, isSecretPlace).map(({ path }) => path);
}

function isSecretPlace(part: Value): boolean {
  return part instanceof Secret || (Array.isArray(part) && holdsSecret(part));
}

/**
 * A fingerprint of the entity without its secrets and without the values at `unseen`. Undefined stands for no
 * entity.
 */
export function makeTrace(body: Body | undefined, unseen: readonly string[]): EntityTrace {
  if (!body) return { fingerprint: fingerprint(null), unseen };
  const hidden = [...unseen.map(parsePointer), ...listSecretPlaces(body)].filter(
    (path) => valueAtPath(body, path) !== undefined,
  );
  const shown = hidden.reduce((rest, path) => withPath(rest, path, masked), body);
  return { fingerprint: digest(shown), unseen };
}
