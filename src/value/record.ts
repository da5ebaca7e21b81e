import type { Value, Body } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";

/** Returns true for an object with fields: no list, no secret, no null. */
export function isRecord(value: Value | undefined): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** Returns true for a list with items. */
export function isNonEmptyList(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Orders texts the same on every machine. `localeCompare` does not. */
export function compareByCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sets an own field, even if its name is special, such as `__proto__`. */
export function setOwn(fields: Body, name: string, value: Value): void {
  if (name !== "__proto__") fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}
