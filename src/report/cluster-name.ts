import type { ClusterInfo } from "../model/cluster.ts";

/** Formats the name and the version of a cluster: `cluster eu-1 (3.4.0)`. */
export function formatCluster({ name = "(name unknown)", version, isVersionGuessed }: ClusterInfo): string {
  const { major, minor, patch } = version;
  return `cluster ${name} (${isVersionGuessed ? "version unknown" : `${major}.${minor}.${patch}`})`;
}
