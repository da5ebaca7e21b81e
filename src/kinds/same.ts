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
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
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
