import type { Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { childShape, type Shape } from "./shape.ts";

/**
 * Returns true if a value means the same as no value, in every version: every part of it is empty, and the
 * schema has no other default there. A part without a shape has no default.
 */
export function isImplied(shape: Shape | undefined, value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (shape === undefined || value instanceof Secret || hasOwnDefault(shape)) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return value === "";
  return Object.entries(value).every(([name, part]) => isFieldImplied(shape, name, part));
}

/** Only a record has fields without being given them: an entry of a map or an item of a list exists by itself. */
export function isFieldImplied(parent: Shape | undefined, name: string, value: Value | undefined): boolean {
  const isRecord = parent !== undefined && !parent.additionalProperties && !parent.items;
  return isImplied(isRecord ? childShape(parent, name) : undefined, value);
}

/** Returns the shape of a part; undefined within a free-form object, whose documented fields have no defaults. */
export function partShape(parent: Shape | undefined, step: string): Shape | undefined {
  return parent === undefined || parent.additionalProperties === true ? undefined : childShape(parent, step);
}

function hasOwnDefault({ default: byDefault, "x-defaults": later = {} }: Shape): boolean {
  return [byDefault, ...Object.values(later)].some((value) => !isBlank(value));
}

function isBlank(value: Value | undefined): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
