import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";

/** Content that a server may store and cannot load. */
export interface Cause {
  readonly what: string;
  readonly kind: KindName;
  /** The entity; for a kind with one entity the value at `path` in it. */
  readonly content: Json;
  readonly path?: readonly string[];
  /** `since` is the first version that cannot load the content, `until` the first that can again. */
  readonly until?: string;
  readonly since?: string;
}

const listener = (content: { [field: string]: Json }): Omit<Cause, "what"> => ({
  kind: "config",
  path: ["dynamic", "auth_failure_listeners", "osac_invalid"],
  content: { type: "ip", ...content },
});

const mapping = (list: string, pattern: string): Cause => ({
  what: `${pattern} in ${list} of a mapping`,
  kind: "rolesmapping",
  content: { [list]: [pattern] },
});

const role = (what: string, content: Json): Cause => ({ what, kind: "roles", content, until: "3.0" });

const tokens = (what: string, content: { [field: string]: Json }): Cause => ({
  what,
  kind: "config",
  path: ["dynamic", "on_behalf_of"],
  content,
  since: "2.12",
});

const longKey = "b3NhYyBzaWduaW5nIGtleSB0aGF0IGlzIGxvbmcgZW5vdWdoIGZvciB0aGUgc2VydmVyIHRvIHRha2U=";

/** The causes of docs/server.md, except those that no PATCH can write and those that cannot be reverted. */
export const causes: readonly Cause[] = [
  ...["users", "hosts", "backend_roles", "and_backend_roles"].map((list) => mapping(list, "/(/")),
  mapping("users", "/"),
  mapping("backend_roles", "/*/"),
  role("/(/ in cluster_permissions of a role", { cluster_permissions: ["/(/"] }),
  role("/${user.name}/ in cluster_permissions of a role", { cluster_permissions: ["/${user.name}/"] }),
  role("/(/ in tenant_patterns of a role", {
    tenant_permissions: [{ tenant_patterns: ["/(/"], allowed_actions: ["kibana_all_read"] }],
  }),
  {
    what: "/(/ in an action group that cluster_permissions of a role use",
    kind: "actiongroups",
    content: { allowed_actions: ["/(/"] },
    until: "3.0",
  },
  { what: "a listener that allows no try", ...listener({ allowed_tries: -1 }) },
  { what: "a listener with a negative window", ...listener({ time_window_seconds: -1 }) },
  { what: "a listener with a negative expiry", ...listener({ block_expiry_seconds: -1 }) },
  { what: "a listener that blocks fewer than no client", ...listener({ max_blocked_clients: -1 }) },
  { what: "a listener that tracks fewer than no client", ...listener({ max_tracked_clients: -1 }) },
  { what: "a listener of an unknown type", ...listener({ type: "nonsense" }) },
  { what: "a listener whose type is in the wrong case", ...listener({ type: "IP" }) },
  tokens("a signing key that is too short", {
    enabled: true,
    signing_key: "c2hvcnQ=",
    encryption_key: longKey,
  }),
  tokens("a signing key that is no Base64", {
    enabled: true,
    signing_key: "-".repeat(64),
    encryption_key: longKey,
  }),
  tokens("a short signing key that is not even in use", {
    enabled: false,
    signing_key: "c2hvcnQ=",
    encryption_key: longKey,
  }),
];

/** The name of the entity with the content. An action group cannot have the name of a role. */
export const names: { readonly [Kind in KindName]?: string } = {
  rolesmapping: "osac_invalid",
  roles: "osac_invalid_role",
  actiongroups: "osac_invalid_group",
  config: "config",
};

/** Entities that the causes need: the role of the mapping, and a role that uses the action group. */
export const groundwork: { readonly [name: string]: Json } = {
  osac_invalid: { description: "the mapping's" },
  osac_user_of_group: { cluster_permissions: ["osac_invalid_group"] },
};
