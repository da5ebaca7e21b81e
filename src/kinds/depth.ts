/** Deeper than any configuration; whoever walks through a value that is not deeper needs no limit of his own. */
export const depthMax = 100;

/** Whether lists and maps stand in one another deeper than that. */
export function isTooDeep(value: unknown, left: number = depthMax): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isTooDeep(inner, left - 1));
}
