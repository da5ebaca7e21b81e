import type { Body, Value } from "../model/value.ts";
import { isRecord } from "./record.ts";

/** What a body holds under a name; a domain may be called `constructor`, which every object has. */
export function getOwnField(body: Body, name: string): Value | undefined {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

/** The body with another value for a field, or without it. */
export function withField(body: Body, name: string, value: Value | undefined): Body {
  if (value !== undefined) return { ...body, [name]: value };
  const { [name]: _, ...rest } = body;
  return rest;
}

/** The body without what stands at a path; a path that leads nowhere takes nothing away. */
export function withoutPath(body: Body, [name, ...rest]: readonly string[]): Body {
  if (name === undefined) return body;
  if (rest.length === 0) return withField(body, name, undefined);
  const value = getOwnField(body, name);
  return isRecord(value) ? { ...body, [name]: withoutPath(value, rest) } : body;
}

/** The body without what stands at any of the paths. */
export function withoutPaths(body: Body, paths: readonly (readonly string[])[] = []): Body {
  return paths.reduce(withoutPath, body);
}

/** What stands at a path, if it leads anywhere. */
export function valueAtPath(body: Body, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (at, step) => (isRecord(at) ? getOwnField(at, step) : undefined),
    body,
  );
}

/** The steps of a path as people write it, `dynamic/authc/ldap`; a slash within a step is `~1`, a tilde `~0`. */
export function parsePath(path: string): string[] {
  return path.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
