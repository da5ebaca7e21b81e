import { isRecord } from "../value/record.ts";
import { isSince } from "../value/version.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { Json } from "../model/value.ts";
import { securityPath } from "./paths.ts";

/** The first version that can store versions of its configuration, if that is enabled. */
const since = "3.3";

/**
 * The id of the newest stored version of the configuration. Null if the server stores none, or does not show
 * it.
 */
export async function readStoredVersion(
  reader: Reader,
  connection: Connection,
  { version }: ClusterInfo,
): Promise<string | null> {
  if (!isSince(version, since)) return null;
  // Without the filter the answer contains the whole configuration, with hashes.
  const fields = ["version_id", "timestamp"].map((field) => `versions.${field}`).join(",");
  const { status, body } = await reader.readAside(
    `${securityPath(connection, "api/versions")}?filter_path=${fields}`,
  );
  const versions = isRecord(body) ? body["versions"] : undefined;
  if (status !== 200 || !Array.isArray(versions)) return null;
  const newest = versions.map(parseVersionStamp).toSorted((a, b) => b.time - a.time)[0];
  return newest?.id ?? null;
}

function parseVersionStamp(version: Json): { readonly id: string | null; readonly time: number } {
  const { version_id: id = null, timestamp = "" } = isRecord(version) ? version : {};
  return { id: typeof id === "string" ? id : null, time: Date.parse(String(timestamp)) };
}
