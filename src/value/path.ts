import type { Body, Json, Value } from "../model/value.ts";
import { isRecord } from "./record.ts";

/**
 * Returns the field of a body. A login domain may be called `constructor`, which every object inherits, so
 * only own fields count.
 */
export function getOwnField<Item>(fields: { readonly [name: string]: Item }, name: string): Item | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Returns the body with a new value for a field, or without the field. */
export function withField(body: Body, name: string, value: Value | undefined): Body {
  return value === undefined ? withoutField(body, name) : { ...body, [name]: value };
}

/** Returns the body without one of its fields. */
export function withoutField(body: Body, name: string): Body {
  const { [name]: _, ...rest } = body;
  return rest;
}

/**
 * Returns the value at a path of fields; undefined if it does not exist. A path never leads into a list,
 * which osac compares as a whole.
 */
export function valueAtPath(value: Json | undefined, path: readonly string[]): Json | undefined;
export function valueAtPath(value: Value | undefined, path: readonly string[]): Value | undefined;
export function valueAtPath(value: Value | undefined, path: readonly string[]): Value | undefined {
  return path.reduce((at, step) => (isRecord(at) ? getOwnField(at, step) : undefined), value);
}

/**
 * Returns the body with a new value at a path, or without the path. A path with missing parents changes
 * nothing.
 */
export function withPath(body: Body, [name, ...rest]: readonly string[], value: Value | undefined): Body {
  if (name === undefined) return body;
  if (rest.length === 0) return withField(body, name, value);
  const inner = getOwnField(body, name);
  return isRecord(inner) ? { ...body, [name]: withPath(inner, rest, value) } : body;
}

/** Returns the body without the values at the paths. */
export function withoutPaths(body: Body, paths: readonly (readonly string[])[] = []): Body {
  return paths.reduce((rest, path) => withPath(rest, path, undefined), body);
}

/**
 * Parses a path as people write it, `dynamic/authc/ldap`, into its steps. A slash within a step is `~1`, a
 * tilde `~0`.
 */
export function parsePath(path: string): string[] {
  return path.split("/").map(unescapePointer);
}

/** Parses a JSON pointer into its unescaped steps. */
export function parsePointer(pointer: string): string[] {
  return parsePath(pointer).slice(1);
}

/** Returns the unescaped last step of a JSON pointer. */
export function parseLastStep(pointer: string): string {
  return parsePointer(pointer).at(-1) ?? "";
}

/** Formats the steps of a path as a JSON pointer (RFC 6901). */
export function formatPointer(path: readonly string[]): string {
  return path.map((step) => `/${escapePointer(step)}`).join("");
}

/** Formats a JSON pointer as people write paths: `index_permissions[0].dls`. */
export function formatPath(pointer: string): string {
  return parsePointer(pointer)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** Returns the value at a JSON pointer, which may lead into lists. */
export function valueAt(value: Json | undefined, pointer: string): Json | undefined;
export function valueAt(value: Value | undefined, pointer: string): Value | undefined;
export function valueAt(value: Value | undefined, pointer: string): Value | undefined {
  return parsePointer(pointer).reduce(getItem, value);
}

/** Returns the item of a list, or the field of a map. */
export function getItem(value: Value | undefined, step: string): Value | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return isRecord(value) ? getOwnField(value, step) : undefined;
}

/** Escapes a name for use in a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}

function unescapePointer(step: string): string {
  return step.includes("~") ? step.replaceAll("~1", "/").replaceAll("~0", "~") : step;
}

/**
 * Returns true if a patch can address this name and no other. The patch library of 2.10 to 3.6 decodes the
 * last step of a pointer twice, and that of 3.7 decodes `~2` too. The patch code of osac refuses the name of
 * a prototype.
 */
export function isPatchableName(name: string): boolean {
  return name !== "__proto__" && !/~[012]/.test(name);
}
