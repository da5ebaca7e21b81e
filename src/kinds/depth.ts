/** Deeper than any configuration; whoever walks through a value that is not deeper needs no limit of his own. */
export const depthMax = 100;

/** Whether lists and maps stand in one another deeper than that. */
export function isTooDeep(value: unknown, left: number = depthMax): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, left - 1)) return true;
  return false;
}
