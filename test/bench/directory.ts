import type { Json } from "../../src/model/value.ts";
import { cheapHash } from "../server/contract/suite.ts";
import type { Files } from "../server/round-trip/directories.ts";

/** As many roles, mappings and users, of the size that they have in the field. */
export function listFiles(size: number): Files {
  return {
    roles: many(size, "role", role),
    rolesmapping: many(size, "role", mapping),
    internalusers: many(size, "user", user),
  };
}

/** The same files with one role that reads otherwise. */
export function withOneChange(files: Files): Files {
  const changed = { ...(files.roles?.["role-0"] as object), description: "changed" };
  return { ...files, roles: { ...files.roles, "role-0": changed } };
}

function many(size: number, prefix: string, body: (index: number) => Json): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`${prefix}-${index}`, body(index)]));
}

function role(index: number): Json {
  return {
    description: `Role ${index}`,
    cluster_permissions: ["cluster_monitor", "cluster_composite_ops"],
    index_permissions: [
      {
        index_patterns: [`logs-${index}-*`, `metrics-${index}-*`],
        dls: `{"term": {"team": ${index}}}`,
        fls: ["~secret", "~internal"],
        allowed_actions: ["read", "indices:data/write/bulk*"],
      },
    ],
    tenant_permissions: [{ tenant_patterns: [`tenant-${index}`], allowed_actions: ["kibana_all_read"] }],
  };
}

function mapping(index: number): Json {
  return { backend_roles: [`team-${index}`], users: [`user-${index}`] };
}

function user(index: number): Json {
  return {
    hash: cheapHash,
    backend_roles: [`team-${index}`],
    attributes: { team: `${index}` },
    description: `User ${index}`,
  };
}
