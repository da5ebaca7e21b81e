import type { Version, Versions } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { isWithin } from "../value/version.ts";

/** Names that exist in servers of some versions. */
interface Release extends Versions {
  readonly names: readonly string[];
  /** The plugin has them built in, so no document contains them. */
  readonly isStatic?: true;
}

/** The plugin's `static_config` and the reserved roles of its `config/roles.yml`, 2.10 to 3.8. */
const releases: Readonly<Partial<Record<KindName, readonly Release[]>>> = {
  tenants: [{ isStatic: true, names: ["global_tenant"] }],
  actiongroups: [
    {
      isStatic: true,
      names: [
        "cluster_all",
        "cluster_composite_ops",
        "cluster_composite_ops_ro",
        "cluster_manage_index_templates",
        "cluster_manage_pipelines",
        "cluster_monitor",
        "create_index",
        "crud",
        "data_access",
        "delete",
        "get",
        "index",
        "indices_all",
        "indices_monitor",
        "kibana_all_read",
        "kibana_all_write",
        "manage",
        "manage_aliases",
        "manage_data_streams",
        "manage_point_in_time",
        "manage_snapshots",
        "read",
        "search",
        "suggest",
        "unlimited",
        "write",
      ],
    },
  ],
  roles: [
    {
      isStatic: true,
      names: [
        "all_access",
        "kibana_server",
        "kibana_user",
        "logstash",
        "manage_snapshots",
        "own_index",
        "readall",
        "readall_and_monitor",
      ],
    },
    {
      names: [
        "alerting_ack_alerts",
        "alerting_full_access",
        "alerting_read_access",
        "anomaly_full_access",
        "anomaly_read_access",
        "asynchronous_search_full_access",
        "asynchronous_search_read_access",
        "cross_cluster_replication_follower_full_access",
        "cross_cluster_replication_leader_full_access",
        "cross_cluster_search_remote_full_access",
        "index_management_full_access",
        "ip2geo_datasource_full_access",
        "ip2geo_datasource_read_access",
        "kibana_read_only",
        "knn_full_access",
        "knn_read_access",
        "ml_full_access",
        "ml_read_access",
        "notebooks_full_access",
        "notebooks_read_access",
        "notifications_full_access",
        "notifications_read_access",
        "observability_full_access",
        "observability_read_access",
        "point_in_time_full_access",
        "ppl_full_access",
        "reports_full_access",
        "reports_instances_read_access",
        "reports_read_access",
        "security_analytics_ack_alerts",
        "security_analytics_full_access",
        "security_analytics_read_access",
        "security_rest_api_access",
        "security_rest_api_full_access",
        "snapshot_management_full_access",
        "snapshot_management_read_access",
      ],
    },
    {
      since: "2.12",
      names: ["flow_framework_full_access", "flow_framework_read_access", "query_insights_full_access"],
    },
    { since: "2.13", until: "2.14", names: ["query_assistant_access"] },
    { since: "2.14", until: "2.16", names: ["ml_query_assistant_access"] },
    { since: "2.16", names: ["query_assistant_access"] },
    { since: "2.19", names: ["ltr_full_access", "ltr_read_access"] },
    {
      since: "3.1",
      names: [
        "forecast_full_access",
        "forecast_read_access",
        "search_relevance_full_access",
        "search_relevance_read_access",
      ],
    },
  ],
};

/** The names of all supported versions: rules look up each entity in them. */
const ofAllVersions = new Map(
  Object.entries(releases).map(([kind, all]) => [kind as KindName, collectNames(all)] as const),
);

const noNames: ReadonlySet<string> = new Set();

/**
 * Returns the built-in names of a kind, to which a file may refer without declaring them. Without a version,
 * returns the names of all supported versions.
 */
export function builtInNames(kind: KindName, version?: Version): ReadonlySet<string> {
  if (version === undefined) return ofAllVersions.get(kind) ?? noNames;
  return collectNames((releases[kind] ?? []).filter((release) => isWithin(version, release)));
}

function collectNames(all: readonly Release[]): ReadonlySet<string> {
  return new Set(all.flatMap(({ names }) => names));
}

/**
 * Returns the built-in names that every supported version stores in its document. An upload of the whole kind
 * may delete them.
 */
export function reservedNames(kind: KindName): ReadonlySet<string> {
  const kept = (releases[kind] ?? []).filter(
    ({ isStatic, since, until }) => !isStatic && since === undefined && until === undefined,
  );
  return collectNames(kept);
}
