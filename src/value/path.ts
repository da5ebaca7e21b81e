import type { Body, Json, Value } from "../model/value.ts";
import { isRecord } from "./record.ts";

/** What a body holds under a name; a domain may be called `constructor`, which every object has. */
export function getOwnField<Item extends Value>(
  fields: { readonly [name: string]: Item },
  name: string,
): Item | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The body with another value for a field, or without it. */
export function withField(body: Body, name: string, value: Value | undefined): Body {
  return value === undefined ? withoutField(body, name) : { ...body, [name]: value };
}

/** The body without one of its fields. */
export function withoutField(body: Body, name: string): Body {
  const { [name]: _, ...rest } = body;
  return rest;
}

/** The value at a path of fields, if it leads anywhere. It never leads into a list, which is compared as a whole. */
export function valueAtPath(value: Json | undefined, path: readonly string[]): Json | undefined;
export function valueAtPath(value: Value | undefined, path: readonly string[]): Value | undefined;
export function valueAtPath(value: Value | undefined, path: readonly string[]): Value | undefined {
  return path.reduce((at, step) => (isRecord(at) ? getOwnField(at, step) : undefined), value);
}

/** The body with another value at a path, or without it; a path whose parents are not there changes nothing. */
export function withPath(body: Body, [name, ...rest]: readonly string[], value: Value | undefined): Body {
  if (name === undefined) return body;
  if (rest.length === 0) return withField(body, name, value);
  const inner = getOwnField(body, name);
  return isRecord(inner) ? { ...body, [name]: withPath(inner, rest, value) } : body;
}

/** The body without what stands at any of the paths. */
export function withoutPaths(body: Body, paths: readonly (readonly string[])[] = []): Body {
  return paths.reduce((rest, path) => withPath(rest, path, undefined), body);
}

/** The steps of a path as people write it, `dynamic/authc/ldap`; a slash within a step is `~1`, a tilde `~0`. */
export function parsePath(path: string): string[] {
  return path.split("/").map(unescapePointer);
}

/** The steps of a JSON pointer, unescaped. */
export function parsePointer(pointer: string): string[] {
  return parsePath(pointer).slice(1);
}

/** The last step of a JSON pointer, unescaped. */
export function parseLastStep(pointer: string): string {
  return parsePointer(pointer).at(-1) ?? "";
}

/** The steps of a path as a JSON pointer (RFC 6901). */
export function formatPointer(path: readonly string[]): string {
  return path.map((step) => `/${escapePointer(step)}`).join("");
}

/** A JSON pointer as people write paths: `index_permissions[0].dls`. */
export function formatPath(pointer: string): string {
  return parsePointer(pointer)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** The value at a JSON pointer, which may lead into lists. */
export function valueAt(value: Json | undefined, pointer: string): Json | undefined;
export function valueAt(value: Value | undefined, pointer: string): Value | undefined;
export function valueAt(value: Value | undefined, pointer: string): Value | undefined {
  return parsePointer(pointer).reduce(getItem, value);
}

/** The item of a list, or the field of a map. */
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
 * Whether a patch that names this meets it and nothing else. The patch library of 2.10 to 3.6 decodes the last step of
 * a pointer twice, that of 3.7 reads `~2` besides, and ours takes nobody by the name of a prototype.
 */
export function isPatchableName(name: string): boolean {
  return name !== "__proto__" && !/~[012]/.test(name);
}
