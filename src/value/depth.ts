import type { Json } from "../model/value.ts";

/** Deeper than any configuration; whoever walks through a value that is not deeper needs no limit of his own. */
export const depthMax = 100;

/** Whether lists and maps stand in one another deeper than that. */
export function isTooDeep(value: Json | undefined, left: number = depthMax): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, left - 1));
  for (const name in value) if (isTooDeep(value[name], left - 1)) return true;
  return false;
}
