import { dumpYaml } from "../../../src/files/yaml/dump.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { cheapHash } from "../../server/contract/suite.ts";

type Entities = { readonly [name: string]: Json };
type Documents = { readonly [Kind in KindName]: Entities };

const login = { type: "basic", challenge: true };
const basic = {
  http_enabled: true,
  order: 0,
  http_authenticator: login,
  authentication_backend: { type: "intern" },
};

/** Entities of a kind that a run changes, deletes, creates or keeps. Their names state which. */
const standings = (before: Json, after: Json, prefix = ""): { live: Entities; declared: Entities } => ({
  live: { [`${prefix}changed`]: before, [`${prefix}dropped`]: before, [`${prefix}kept`]: before },
  declared: { [`${prefix}changed`]: after, [`${prefix}created`]: after, [`${prefix}kept`]: before },
});

const named = {
  tenants: standings({ description: "before" }, { description: "after" }),
  actiongroups: standings(
    { allowed_actions: ["indices:data/read/get"], type: "index" },
    { allowed_actions: ["indices:data/read/search"], type: "index" },
    // An action group cannot have the name of a role.
    "group_",
  ),
  roles: standings({ cluster_permissions: ["cluster_monitor"] }, { cluster_permissions: ["cluster_all"] }),
  rolesmapping: standings({ backend_roles: ["before"] }, { backend_roles: ["after"] }),
  internalusers: standings(
    { hash: cheapHash, description: "before" },
    { hash: cheapHash, description: "after", opendistro_security_roles: ["created"] },
  ),
  nodesdn: standings({ nodes_dn: ["CN=before"] }, { nodes_dn: ["CN=after"] }),
};

const single = {
  config: {
    live: { config: { dynamic: { authc: { basic } } } },
    declared: { config: { dynamic: { do_not_fail_on_forbidden: true, authc: { basic } } } },
  },
  audit: {
    live: { config: { enabled: true, audit: { ignore_users: ["before"] } } },
    declared: { config: { enabled: true, audit: { ignore_users: ["after"] } } },
  },
  allowlist: {
    live: { config: { enabled: false, requests: { "/_cat/nodes": ["GET"] } } },
    declared: { config: { enabled: false, requests: { "/_cat/nodes": ["GET", "HEAD"] } } },
  },
};

const all = { ...named, ...single };

/** The live entities before the run. */
export const documents = Object.fromEntries(
  Object.entries(all).map(([kind, { live }]) => [kind, live]),
) as Documents;

/** A directory that creates, updates and deletes an entity of every kind that can have several. */
export const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(all).map(([kind, { declared }]) => [
      kinds[kind as KindName].file,
      dumpYaml({ _meta: { type: kind, config_version: 2 }, ...declared }),
    ]),
  ),
  "osac.yml": dumpYaml({
    prune: Object.fromEntries(Object.keys(named).map((kind) => [kind, "all"])),
    guards: { max_deletes: 1000, max_delete_share: "100%" },
  }),
};

/** So many roles and mappings that osac creates the roles empty first, and fills them last. */
export function crowd(): Readonly<Record<string, string>> {
  return {
    "roles.yml": teams("roles", 200, "{ cluster_permissions: [cluster_monitor] }"),
    "roles_mapping.yml": teams("rolesmapping", 100, "{ backend_roles: [team] }"),
  };
}

function teams(type: KindName, count: number, entity: string): string {
  const lines = Array.from({ length: count }, (_, index) => `team_${index}: ${entity}\n`);
  return `_meta: { type: ${type}, config_version: 2 }\n${lines.join("")}`;
}
