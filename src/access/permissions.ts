import { kindNames } from "../model/kind-name.ts";
import { readTexts, type Documents } from "./documents.ts";
import { matches } from "./match-pattern.ts";
import { combineAny, type Certainty } from "./certainty.ts";

/**
 * Lists the cluster permissions of some roles. It resolves the action groups among them, and stops at
 * circles.
 */
export function resolveClusterPermissions(documents: Documents, roles: readonly string[]): string[] {
  const [known, groups] = [documents.get("roles"), documents.get("actiongroups")];
  const permissions = new Set<string>();
  const visit = (permission: string): void => {
    if (permissions.has(permission)) return;
    permissions.add(permission);
    for (const { value } of readTexts(groups?.get(permission), "allowed_actions")) visit(value);
  };
  for (const role of roles)
    for (const { value } of readTexts(known?.get(role), "cluster_permissions")) visit(value);
  return [...permissions];
}

/** Judges whether an action is among some permissions, which may be patterns. */
export function permits(permissions: readonly string[], action: string): Certainty {
  return combineAny(permissions.map((pattern) => matches(pattern, action)));
}

/** The endings of the `restapi:admin/…` permissions: every kind has one, except the audit log. */
export const adminEndpoints: readonly string[] = kindNames
  .filter((name) => name !== "audit")
  .map((name) => (name === "config" ? "config/update" : name));

/** What a `restapi:admin/…` permission opens beside them: the limits of failed logins, and earlier configurations. */
export const limitedEndpoints: readonly string[] = ["ratelimiters", "rollback_version"];

/**
 * Judges whether these permissions make a REST administrator for an endpoint, if
 * `plugins.security.restapi.admin.enabled` is set. They must name the endpoint: the server does not count a
 * bare `*` here.
 */
export function administers(permissions: readonly string[], endpoint: string): Certainty {
  const explicit = permissions.filter((permission) => permission !== "*");
  return permits(explicit, `restapi:admin/${endpoint}`);
}
