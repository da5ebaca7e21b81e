import { failure } from "../errors.ts";
import { parsePath, valueAtPath, withPath } from "../value/path.ts";
import type { Kind } from "../kinds/kind.ts";
import { Secret } from "../secrets/secret.ts";
import type { Comparison } from "./resolve-logins.ts";

/**
 * Removes the named secrets from the live side, so that they differ and are sent. A path is the kind, the
 * name (except for kinds with one entity) and the fields, with slashes: `config/dynamic/authc/…/password`.
 * Refuses a path at which no file declares a secret.
 */
export function dropForcedSecrets(kind: Kind, sides: Comparison, paths: readonly string[]): Comparison {
  const live = new Map(sides.live);
  for (const path of paths) {
    const [first, ...rest] = parsePath(path);
    if (first !== kind.name) continue;
    const [name, ...fields] = kind.isSingle ? ["config", ...rest] : rest;
    const desired = sides.desired.get(name ?? "");
    if (!(valueAtPath(desired?.body, fields) instanceof Secret)) throw noSecretError(path);
    const before = live.get(name!);
    if (before) live.set(name!, withPath(before, fields, undefined));
  }
  return { desired: sides.desired, live };
}

/** The error for a path of `--set-secret` at which no file declares a secret. */
export function noSecretError(path: string): Error {
  return failure("input", "no-such-secret", `--set-secret ${path}: no file declares a secret there`, {
    hint: "pass the resource type, the name and the fields, for example config/dynamic/authc/ldap/authentication_backend/config/password",
  });
}
