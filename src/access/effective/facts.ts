import type { Json, Value } from "../../model/value.ts";
import { getOwnField } from "../../value/path.ts";
import { isRecord } from "../../value/record.ts";

/** Facts that the answers depend on and the documents do not have. */
export interface Facts {
  /** The names of the cluster; absent if osac did not read them. */
  readonly names?: ClusterNames | undefined;
  /** Settings of `opensearch.yml`, which no API shows; absent ones have the default of the product. */
  readonly settings?: Partial<NodeSettings> | undefined;
}

/** Settings of the nodes, by their names below `plugins.security.`. */
export interface NodeSettings {
  readonly dfm_empty_overrides_all: boolean;
  readonly roles_mapping_resolution: "MAPPING_ONLY" | "BACKENDROLES_ONLY" | "BOTH";
  readonly "privileges_evaluation.use_legacy_impl": boolean;
  readonly "system_indices.enabled": boolean;
  readonly "system_indices.indices": readonly string[];
  readonly "system_indices.permission.enabled": boolean;
  readonly "protected_indices.enabled": boolean;
  readonly "protected_indices.indices": readonly string[];
  readonly "compliance.immutable_indices": readonly string[];
  readonly config_index_name: string;
}

export const defaultSettings: NodeSettings = {
  dfm_empty_overrides_all: false,
  roles_mapping_resolution: "MAPPING_ONLY",
  "privileges_evaluation.use_legacy_impl": false,
  "system_indices.enabled": false,
  "system_indices.indices": [],
  "system_indices.permission.enabled": false,
  "protected_indices.enabled": false,
  "protected_indices.indices": [],
  "compliance.immutable_indices": [],
  config_index_name: ".opendistro_security",
};

/** The indices of a cluster with the facts that decide about them. */
export interface ClusterNames {
  readonly indices: ReadonlyMap<string, IndexFacts>;
}

export interface IndexFacts {
  readonly aliases: readonly string[];
  /** The data stream that it belongs to. */
  readonly stream?: string | undefined;
  readonly isHidden: boolean;
  readonly isClosed: boolean;
}

/**
 * Reads the names of a cluster from the answer of `GET /_resolve/index`; undefined if it is no such answer.
 */
export function parseClusterNames(answer: Json | undefined): ClusterNames | undefined {
  const indices = isRecord(answer) ? getOwnField(answer, "indices") : undefined;
  if (!Array.isArray(indices)) return undefined;
  const entries = indices.map(parseIndex);
  return entries.includes(undefined) ? undefined : { indices: new Map(entries as [string, IndexFacts][]) };
}

function parseIndex(index: Json): [string, IndexFacts] | undefined {
  if (!isRecord(index)) return undefined;
  const { name, aliases = [], attributes = [], data_stream: stream } = index;
  const isStream = stream === undefined || typeof stream === "string";
  if (typeof name !== "string" || !isTextList(aliases) || !isTextList(attributes) || !isStream)
    return undefined;
  return [
    name,
    { aliases, stream, isHidden: attributes.includes("hidden"), isClosed: attributes.includes("closed") },
  ];
}

function isTextList(value: Value): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** The names of a cluster, indexed by alias and data stream. */
export interface NameIndex {
  readonly indices: ReadonlyMap<string, IndexFacts>;
  /** Alias → its members. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Data stream → its backing indices. */
  readonly streams: ReadonlyMap<string, readonly string[]>;
  /**
   * The indices that wildcards match. The security index is always among them, even if the caller could not
   * see it.
   */
  readonly open: readonly string[];
}

export function indexNames(names: ClusterNames, securityIndex: string): NameIndex {
  const indices = new Map(names.indices);
  if (!indices.has(securityIndex))
    indices.set(securityIndex, { aliases: [], isHidden: false, isClosed: false });
  const [aliases, streams] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const [name, facts] of indices) {
    for (const alias of facts.aliases) addTo(aliases, alias, name);
    if (facts.stream !== undefined) addTo(streams, facts.stream, name);
  }
  const open = [...indices].filter(([, { isClosed }]) => !isClosed).map(([name]) => name);
  return { indices, aliases, streams, open };
}

function addTo(map: Map<string, string[]>, key: string, name: string): void {
  if (!map.get(key)?.push(name)) map.set(key, [name]);
}

/** Lists the names by which a pattern can cover an index: its own, its aliases, its data stream. */
export function coveringNames({ indices }: NameIndex, name: string): readonly string[] {
  const facts = indices.get(name);
  if (facts === undefined) return [name];
  return [name, ...facts.aliases, ...(facts.stream === undefined ? [] : [facts.stream])];
}
