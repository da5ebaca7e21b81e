import type { Json, Value, Body } from "../model/value.ts";
import { redacted, Secret } from "../secrets/secret.ts";
import { setOwn } from "./record.ts";

/** A value without parts. */
export type Scalar = null | boolean | number | string | Secret;

/** A part of a value, and the steps of its path. */
export interface Part {
  readonly path: readonly string[];
  readonly value: Value;
}

/**
 * Returns the value with new items of its list, or new fields of its map. `rename` changes the names of a map
 * first.
 */
export function mapItems(
  value: Value,
  make: (item: Value, step: string) => Value,
  rename?: (name: string) => string,
): Value {
  if (typeof value !== "object" || value === null || value instanceof Secret) return value;
  if (Array.isArray(value)) return value.map((item, index) => make(item, String(index)));
  const result: Body = {};
  for (const key of Object.keys(value)) {
    const name = rename ? rename(key) : key;
    setOwn(result, name, make(value[key]!, name));
  }
  return result;
}

/** Returns the value with new scalars, at any depth. */
export function mapScalars(
  value: Value,
  make: (scalar: Scalar) => Json,
  rename?: (name: string) => string,
): Json;
export function mapScalars(
  value: Value,
  make: (scalar: Scalar) => Value,
  rename?: (name: string) => string,
): Value;
export function mapScalars(
  value: Value,
  make: (scalar: Scalar) => Value,
  rename?: (name: string) => string,
): Value {
  if (isScalar(value)) return make(value);
  return mapItems(value, (item) => mapScalars(item, make, rename), rename);
}

/**
 * Returns the value with new scalars, each made beside a part of another value. `findOther` finds that part for an
 * item of a list, or a field of a map.
 */
export function mapBeside(
  value: Value,
  other: Value | undefined,
  make: (scalar: Scalar, other: Value | undefined) => Value,
  findOther: (parent: Value, other: Value | undefined, step: string) => Value | undefined,
): Value {
  if (isScalar(value)) return make(value, other);
  return mapItems(value, (item, step) => mapBeside(item, findOther(value, other, step), make, findOther));
}

/** Visits the value and its parts, at any depth, each before its own parts. */
export function forEachPart(value: Value, visit: (part: Value) => void): void {
  somePart(value, (part) => {
    visit(part);
    return false;
  });
}

/**
 * Returns true if the value or a part of it, at any depth, passes the test. It stops at the first such part. The
 * test also gets the name of the field that holds the part, or the list with the part.
 */
export function somePart(
  value: Value,
  isWanted: (part: Value, field: string) => boolean,
  field: string = "",
): boolean {
  if (isWanted(value, field)) return true;
  if (isScalar(value)) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (somePart(item, isWanted, field)) return true;
    return false;
  }
  for (const name in value) if (somePart(value[name]!, isWanted, name)) return true;
  return false;
}

/** Finds the parts of the value that pass the test, with their paths. It does not look within such a part. */
export function findParts(
  value: Value,
  isWanted: (part: Value) => boolean,
  path: readonly string[] = [],
): Part[] {
  if (isWanted(value)) return [{ path, value }];
  if (isScalar(value)) return [];
  return Object.entries(value).flatMap(([step, item]) => findParts(item, isWanted, [...path, step]));
}

/** Finds the secrets within a value, in no particular order. */
export function findSecrets(value: Value): Secret[] {
  const secrets: Secret[] = [];
  forEachPart(value, (part) => {
    if (part instanceof Secret) secrets.push(part);
  });
  return secrets;
}

/**
 * Returns true if a value has a secret of some sort. Most values have none and callers ask often, so the walk
 * calls the test for secrets only.
 */
export function holdsSecret(value: Value | undefined, isWanted?: (secret: Secret) => boolean): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Secret) return isWanted?.(value) ?? true;
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item, isWanted));
  for (const name in value) if (holdsSecret(value[name], isWanted)) return true;
  return false;
}

/**
 * Returns the value with every secret in plain text, for the cluster only. A secret without a value, or one
 * that the server redacted, is a fault of osac and stops the run.
 */
export function revealAll(value: Value): Json {
  return mapScalars(value, (scalar): Json => {
    if (scalar === redacted) throw new Error("a redacted secret must never be written");
    return scalar instanceof Secret ? scalar.reveal() : scalar;
  });
}

function isScalar(value: Value): value is Scalar {
  return typeof value !== "object" || value === null || value instanceof Secret;
}
