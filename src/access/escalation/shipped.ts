import type { KindName } from "../../model/kind-name.ts";
import type { Body } from "../../model/value.ts";

/**
 * The mappings and users of the configuration that the plugin ships, as far as they decide about roles. A
 * cluster that still has them was not opened by hand.
 */
const shipped: Readonly<Partial<Record<KindName, Readonly<Record<string, Body>>>>> = {
  rolesmapping: {
    all_access: { backend_roles: ["admin"] },
    own_index: { users: ["*"] },
    logstash: { backend_roles: ["logstash"] },
    kibana_user: { backend_roles: ["kibanauser"] },
    readall: { backend_roles: ["readall"] },
    manage_snapshots: { backend_roles: ["snapshotrestore"] },
    kibana_server: { users: ["kibanaserver"] },
  },
  internalusers: {
    admin: { backend_roles: ["admin"] },
    anomalyadmin: { opendistro_security_roles: ["anomaly_full_access"] },
    kibanaserver: {},
    kibanaro: { backend_roles: ["kibanauser", "readall"] },
    logstash: { backend_roles: ["logstash"] },
    readall: { backend_roles: ["readall"] },
    snapshotrestore: { backend_roles: ["snapshotrestore"] },
  },
};

const none: Body = {
  users: [],
  backend_roles: [],
  and_backend_roles: [],
  hosts: [],
  opendistro_security_roles: [],
};

/** Returns a live entity with the roles that it has as shipped; undefined if no server ships it. */
export function findShipped(kind: KindName, name: string, live: Body): Body | undefined {
  const entities = shipped[kind] ?? {};
  if (!Object.hasOwn(entities, name)) return undefined;
  const reset = Object.fromEntries(Object.entries(none).filter(([field]) => field in live));
  return { ...live, ...reset, ...entities[name] };
}
