import { isRecord } from "./record.ts";
import type { Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";

/**
 * Whether two canonical values mean the same. A secret that cannot be seen equals any other value:
 * what nobody can compare is counted as unverified, never reported as a difference.
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
  const [unseenOfA, unseenOfB] = [a, b].map((list) => list.filter(isUnknown).length) as [number, number];
  if (unseenOfA + unseenOfB === 0) return false;
  // An item that cannot be seen may be any of the others, and sets are sorted by what can be seen.
  const [restOfA, restOfB] = [listWithout(a, b), listWithout(b, a)];
  return restOfA.length <= unseenOfB && restOfB.length <= unseenOfA;
}

/** The items that can be seen and that the other list does not have. */
function listWithout(list: readonly Value[], other: readonly Value[]): Value[] {
  const others = other.filter((item) => !isUnknown(item));
  return list.filter((item) => !isUnknown(item) && !others.some((one) => isSameValue(one, item)));
}

function isSameSecret(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (isUnknown(a) || isUnknown(b)) return true;
  return reveal(a) === reveal(b);
}

function isUnknown(value: Value): boolean {
  return value instanceof Secret && !value.isKnown;
}

function reveal(value: Value): Value {
  return value instanceof Secret ? value.reveal() : value;
}
