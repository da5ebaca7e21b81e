import { getOwnField } from "./path.ts";
import { isRecord } from "./record.ts";
import type { Json, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";

/**
 * Returns true if two canonical values mean the same. A redacted secret equals any other value: it counts as
 * not compared, and osac never reports it as a difference.
 */
export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a instanceof Secret || b instanceof Secret) return isSameSecret(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameValue(a[name], b[name]))
  );
}

function isSameList(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length === b.length && a.every((item, i) => isSameValue(item, b[i]))) return true;
  const [unseenOfA, unseenOfB] = [a, b].map((list) => list.filter(isUnknownSecret).length) as [
    number,
    number,
  ];
  if (unseenOfA + unseenOfB === 0) return false;
  // A redacted item may equal any other item. Sets are sorted by their visible items.
  const [restOfA, restOfB] = [listWithout(a, b), listWithout(b, a)];
  return restOfA.length <= unseenOfB && restOfB.length <= unseenOfA;
}

/** Returns the visible items that the other list does not have. */
function listWithout(list: readonly Value[], other: readonly Value[]): Value[] {
  const others = other.filter((item) => !isUnknownSecret(item));
  return list.filter((item) => !isUnknownSecret(item) && !others.some((one) => isSameValue(one, item)));
}

function isSameSecret(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (isUnknownSecret(a) || isUnknownSecret(b)) return true;
  return reveal(a) === reveal(b);
}

/** Returns true for a secret whose value osac does not know. */
export function isUnknownSecret(value: Value): boolean {
  return value instanceof Secret && !value.isKnown;
}

function reveal(value: Value): Value {
  return value instanceof Secret ? value.reveal() : value;
}

/** A part that differs between two values. A side without it is undefined. */
export interface Difference<Item extends Value> {
  readonly path: readonly string[];
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/**
 * Finds the parts that differ, as deep as both sides are maps and `canDescend` allows it. Lists are compared as
 * a whole.
 */
export function findDifferences(
  before: Json | undefined,
  after: Json | undefined,
  canDescend?: (before: Value) => boolean,
  path?: readonly string[],
): Difference<Json>[];
export function findDifferences(
  before: Value | undefined,
  after: Value | undefined,
  canDescend?: (before: Value) => boolean,
  path?: readonly string[],
): Difference<Value>[];
export function findDifferences(
  before: Value | undefined,
  after: Value | undefined,
  canDescend: (before: Value) => boolean = () => true,
  path: readonly string[] = [],
): Difference<Value>[] {
  if (isSameValue(before, after)) return [];
  if (!isRecord(before) || !isRecord(after) || !canDescend(before)) return [{ path, before, after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    findDifferences(getOwnField(before, name), getOwnField(after, name), canDescend, [...path, name]),
  );
}
