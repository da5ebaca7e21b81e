import type { Json, Value } from "../model/value.ts";
import { redacted, Secret } from "../secrets/secret.ts";
import { setOwn } from "./record.ts";

/** A value that holds no others. */
export type Scalar = null | boolean | number | string | Secret;

/** A part of a value, and the steps that lead to it. */
export interface Part {
  readonly path: readonly string[];
  readonly value: Value;
}

/** The value with each item of its list, or each field of its map, made anew. A map's names may be renamed first. */
export function mapItems(
  value: Value,
  make: (item: Value, step: string) => Value,
  rename?: (name: string) => string,
): Value {
  if (typeof value !== "object" || value === null || value instanceof Secret) return value;
  if (Array.isArray(value)) return value.map((item, index) => make(item, String(index)));
  const result: { [name: string]: Value } = {};
  for (const key of Object.keys(value)) {
    const name = rename ? rename(key) : key;
    setOwn(result, name, make(value[key]!, name));
  }
  return result;
}

/** The value with each scalar made anew, at any depth. */
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

/** Whether some part of the value is wanted: itself, or what it holds at any depth. Ends with the first one. */
export function somePart(value: Value, isWanted: (part: Value) => boolean): boolean {
  if (isWanted(value)) return true;
  if (isScalar(value)) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (somePart(item, isWanted)) return true;
    return false;
  }
  for (const name in value) if (somePart(value[name]!, isWanted)) return true;
  return false;
}

/** The wanted parts of the value, with their paths. What lies within one is not looked at. */
export function findParts(
  value: Value,
  isWanted: (part: Value) => boolean,
  path: readonly string[] = [],
): Part[] {
  if (isWanted(value)) return [{ path, value }];
  if (isScalar(value)) return [];
  return Object.entries(value).flatMap(([step, item]) => findParts(item, isWanted, [...path, step]));
}

/** The secrets within a value, in no particular order. */
export function findSecrets(value: Value): Secret[] {
  const secrets: Secret[] = [];
  somePart(value, (part) => {
    if (part instanceof Secret) secrets.push(part);
    return false;
  });
  return secrets;
}

/** Whether there is a secret of some sort within a value; most values have none, and are asked often. */
export function holdsSecret(
  value: Value | undefined,
  isWanted: (secret: Secret) => boolean = () => true,
): boolean {
  return value !== undefined && somePart(value, (part) => part instanceof Secret && isWanted(part));
}

/**
 * The value with every secret in the clear, as only the cluster may see it. Asking for a secret without
 * a value, or for one that the server had redacted, is a fault of the program and stops the run.
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
