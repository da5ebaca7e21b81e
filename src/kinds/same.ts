import { isFields } from "./canonical.ts";
import type { Value } from "../model.ts";
import { Secret } from "../secret.ts";

/**
 * Whether two canonical values mean the same. A secret that cannot be seen equals any other value:
 * what nobody can compare is counted as unverified, never reported as a difference.
 */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a instanceof Secret || b instanceof Secret) return sameSecret(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
}

function sameList(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length === b.length && a.every((item, i) => sameValue(item, b[i]))) return true;
  const [unseenOfA, unseenOfB] = [a, b].map((list) => list.filter(isUnknown).length) as [number, number];
  if (unseenOfA + unseenOfB === 0) return false;
  // An item that cannot be seen may be any of the others, and sets are sorted by what can be seen.
  const [restOfA, restOfB] = [without(a, b), without(b, a)];
  return restOfA.length <= unseenOfB && restOfB.length <= unseenOfA;
}

/** The items that can be seen and that the other list does not have. */
function without(list: readonly Value[], other: readonly Value[]): Value[] {
  const others = other.filter((item) => !isUnknown(item));
  return list.filter((item) => !isUnknown(item) && !others.some((one) => sameValue(one, item)));
}

function sameSecret(a: Value | undefined, b: Value | undefined): boolean {
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
