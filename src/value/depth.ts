import type { Json } from "../model/value.ts";

/**
 * The limit for the depth of a configuration. Code that walks through a value within it needs no limit of its
 * own.
 */
export const depthMax = 100;

/** Returns true if lists and maps are nested deeper than the limit. */
export function isTooDeep(value: Json | undefined, left: number = depthMax): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, left - 1));
  for (const name in value) if (isTooDeep(value[name], left - 1)) return true;
  return false;
}
