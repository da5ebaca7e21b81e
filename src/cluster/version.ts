import { failure, makeFinding } from "../errors.ts";
import { compareVersions, formatVersion, isVersion, parseVersion } from "../value/version.ts";
import type { Answer, ClusterInfo, Reader } from "../model/cluster.ts";
import type { Finding, Version } from "../model/finding.ts";
import type { Json } from "../model/value.ts";
import { asRecord } from "./as-record.ts";

/** The oldest supported version. Older servers accept other patches and send other messages. */
const oldestSupported = parseVersion("2.10");

/** The newest major version of OpenSearch. Elasticsearch with this API has higher numbers. */
const newestMajor = 3;

/**
 * Returns only the version of every node, without waiting for a node that hangs. Needs
 * `cluster:monitor/nodes/info`.
 */
const nodesPath = "/_nodes/http?timeout=2s&filter_path=nodes.*.version";

/**
 * Reads the version of the cluster: the lowest of its nodes. If the caller may not read the nodes, the answer
 * to `GET /` counts. That is the version of one node, or 7.10.2 for old clients
 * (`compatibility.override_main_response_version`). Without a usable answer osac assumes the oldest supported
 * version: a missing field is less harmful than a field that a node cannot load.
 */
export async function readVersion(
  reader: Reader,
  root: Answer,
  named?: string,
): Promise<Pick<ClusterInfo, "version" | "isVersionGuessed" | "nodeVersions">> {
  const versions = await readNodeVersions(reader, root);
  const shown = versions[0] ?? versionInRoot(root) ?? versionInHeader(root);
  const version = shown ?? (named === undefined ? undefined : parseVersion(named));
  if (version) refuseUnsupported(version, root);
  return {
    version: version ?? oldestSupported,
    isVersionGuessed: version === undefined,
    nodeVersions: versions.length > 1 ? versions : undefined,
  };
}

/** Sums up all nodes. Needs `cluster:monitor/stats`. A managed service may show it instead of the nodes. */
const statsPath = "/_cluster/stats?filter_path=nodes.versions";

/** The versions of the nodes, each once, the lowest first. Empty if the caller may not read them. */
async function readNodeVersions(reader: Reader, root: Answer): Promise<Version[]> {
  const { body } = await reader.readAside(nodesPath);
  const nodes = Object.values(asRecord(asRecord(body)["nodes"]));
  const versions = parseVersions(nodes.map((node) => asRecord(node)["version"]));
  return versions.length === 0 && hidesVersion(root) ? readVersionsOfStats(reader) : versions;
}

async function readVersionsOfStats(reader: Reader): Promise<Version[]> {
  const { body } = await reader.readAside(statsPath);
  const { versions } = asRecord(asRecord(body)["nodes"]);
  return parseVersions(Array.isArray(versions) ? versions : []);
}

/** True for `GET /` in compatibility mode: 7.10.2, and no distribution. */
function hidesVersion({ body }: Answer): boolean {
  const { number, distribution } = asRecord(asRecord(body)["version"]);
  return number === "7.10.2" && distribution === undefined;
}

function parseVersions(texts: readonly (Json | undefined)[]): Version[] {
  const known = [...new Set(texts)].flatMap((text) =>
    typeof text === "string" && isVersion(text) ? [parseVersion(text)] : [],
  );
  return known.toSorted(compareVersions);
}

/** The version in the answer to `GET /`. */
function versionInRoot({ body }: Answer): Version | undefined {
  return possibleVersion(asRecord(asRecord(body)["version"])["number"]);
}

/** The version in a header. 3.x sends it even to callers that may not read the version. */
function versionInHeader({ headers }: Answer): Version | undefined {
  const [, text = ""] = /\/(\d[\d.]*)/.exec(String(headers["x-opensearch-version"] ?? "")) ?? [];
  return possibleVersion(text);
}

/** The version, unless it is newer than any known major version. Only the nodes may have such a version. */
function possibleVersion(text: Json | undefined): Version | undefined {
  const version = typeof text === "string" && isVersion(text) ? parseVersion(text) : undefined;
  return version && version.major <= newestMajor ? version : undefined;
}

function refuseUnsupported(version: Version, { status, body }: Answer): void {
  const { distribution } = asRecord(asRecord(body)["version"]);
  const isElasticsearch = version.major > newestMajor && status === 200 && distribution !== "opensearch";
  if (isElasticsearch) {
    const message = `the nodes say ${formatVersion(version)}, which is no version of OpenSearch`;
    throw failure("access", "unsupported-server", message, {
      hint: "Elasticsearch and Open Distro are not supported: OpenSearch 2.10 is the oldest that is",
    });
  }
  if (compareVersions(version, oldestSupported) < 0) {
    const message = `OpenSearch ${formatVersion(version)} is too old: 2.10 is the oldest supported`;
    throw failure("access", "unsupported-server", message, { hint: "upgrade the cluster" });
  }
}

/**
 * Warnings about an assumed version, or about nodes with different versions: defaults and rules depend on the
 * version.
 */
export function versionFindings({ isVersionGuessed, version, nodeVersions }: ClusterInfo): Finding[] {
  if (isVersionGuessed) {
    const message = `the version of the nodes is not known; the oldest supported, ${version.major}.${version.minor}, is assumed`;
    const hint = "give the caller cluster:monitor/nodes/info, or name it with --server-version";
    return [makeFinding("version-unknown", { message, hint })];
  }
  if (!nodeVersions) return [];
  const message = `the nodes have different versions, ${nodeVersions.map(formatVersion).join(" and ")}; ${formatVersion(version)} is assumed`;
  const hint = "plan again when all nodes are upgraded";
  return [makeFinding("mixed-versions", { message, hint })];
}
