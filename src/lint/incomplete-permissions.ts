import { makeLintFinding } from "../errors.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";
import { memoize } from "../value/memoize.ts";
import { formatPath } from "../value/path.ts";
import { formatValue, isOn, listTexts } from "../value/texts.ts";
import { isAnybody } from "./open-doors.ts";
import { resolveList, type Resolved } from "./resolved-permissions.ts";
import type { Block, RoleRule } from "./role-blocks.ts";

const bulk = "indices:data/write/bulk";
const writing = ["indices:data/write/index", "indices:data/write/update", "indices:data/write/delete"];

/** An action, and another one that the same request asks for (seen on 2.11.1, 2.19.4 and 3.4.0). */
const pairs: readonly (readonly [action: string, needed: string])[] = [
  ...writing.map((action) => [action, "indices:data/write/bulk[s]"] as const),
  ["indices:data/write/update", "indices:data/write/index"],
  ["indices:admin/refresh", "indices:admin/refresh[s]"],
  ["indices:admin/close", "indices:admin/close[s]"],
  ["indices:admin/block/add", "indices:admin/block/add[s]"],
];

/** A cluster action, the index action of each of its parts, and what a role with index permissions has beside it. */
const clusterPairs: readonly (readonly [action: string, needed: string, beside: string])[] = [
  ["indices:data/read/mget", "indices:data/read/mget[shard]", "indices:data/read/get"],
  ["indices:data/read/mtv", "indices:data/read/mtv[shard]", "indices:data/read/get"],
];

/**
 * Finds permissions that are of no use because the role lacks another one that the same request needs. A role
 * of the plugin is complete together with others.
 */
export const incompletePermissionRule: RoleRule = (role, { ofIndices }, directory) => {
  if (ofIndices.length === 0 || isOn(role.body["reserved"]) || isOn(role.body["static"])) return [];
  const cluster = resolveList(directory, role.body, "cluster_permissions", "");
  const blocks = ofIndices.map((block) => resolveBlock(block, directory));
  return [
    ...pairFindings(cluster, blocks),
    ...(cluster.mayPermit(bulk) ? [] : bulkFindings(role, blocks, directory)),
  ];
};

function resolveBlock({ fields, pointer }: Block, directory: Directory): Resolved {
  return resolveList(directory, fields, "allowed_actions", pointer);
}

function pairFindings(cluster: Resolved, blocks: readonly Resolved[]): LintFinding[] {
  const isMissing = (needed: string): boolean => !blocks.some(({ mayPermit }) => mayPermit(needed));
  const ofIndices = pairs.flatMap(([action, needed]) => {
    const entry = isMissing(needed) ? findFirst(blocks, action) : undefined;
    return entry ? [{ entry, needed }] : [];
  });
  const ofCluster = clusterPairs.flatMap(([action, needed, beside]) => {
    const isUsed = isMissing(needed) && findFirst(blocks, beside) !== undefined;
    const entry = isUsed ? cluster.find(action) : undefined;
    // Groups such as cluster_composite_ops permit it beside much else.
    return entry?.text === action ? [{ entry, needed }] : [];
  });
  const distinct = new Map(
    [...ofIndices, ...ofCluster].map((one) => [`${one.entry.pointer} ${one.needed}`, one]),
  );
  return [...distinct.values()].map(({ entry, needed }) =>
    makeLintFinding("incomplete-permission", {
      pointer: entry.pointer,
      message: `${formatPath(entry.pointer)}: ${formatValue(entry.text)} also needs the index permission ${needed}, which the role does not have`,
      hint: `add "${needed}" to allowed_actions`,
    }),
  );
}

function findFirst(blocks: readonly Resolved[], action: string): ReturnType<Resolved["find"]> {
  return blocks.map(({ find }) => find(action)).find((entry) => entry !== undefined);
}

function bulkFindings(role: Declared, blocks: readonly Resolved[], directory: Directory): LintFinding[] {
  const entry = writing.map((action) => findFirst(blocks, action)).find((found) => found !== undefined);
  if (entry === undefined || hasBulkElsewhere(role, directory)) return [];
  return [
    makeLintFinding("write-without-bulk", {
      pointer: entry.pointer,
      message: `${formatPath(entry.pointer)}: ${formatValue(entry.text)} permits no writing without the cluster permission ${bulk}, which the role does not have`,
      hint: `add "${bulk}" to cluster_permissions, unless another role of its callers has it`,
    }),
  ];
}

const holders = ["users", "backend_roles", "hosts"];

/** True if the files map everyone, or all callers of this role, to another role with the permission. */
function hasBulkElsewhere({ name }: Declared, directory: Directory): boolean {
  const { entries, isForAnybody } = findBulkCallers(directory);
  if (isForAnybody) return true;
  const own = listEntries(directory.kinds.get("rolesmapping")?.get(name));
  return own.length > 0 && own.every((entry) => entries.has(entry));
}

/** Finds the callers that a role with the permission is mapped to. */
const findBulkCallers = memoize((directory: Directory) => {
  const mappings = [...(directory.kinds.get("rolesmapping")?.values() ?? [])];
  const entries = new Set(mappings.filter(({ name }) => permitsBulk(name, directory)).flatMap(listEntries));
  const isForAnybody = [...entries].some((entry) => isAnybody(entry.slice(entry.indexOf(" ") + 1)));
  return { entries, isForAnybody };
});

/** `users ann` */
function listEntries(mapping: Declared | undefined): string[] {
  return holders.flatMap((field) => listTexts(mapping?.body[field]).map((text) => `${field} ${text}`));
}

/** The static roles that permit bulk requests. */
const staticRoles: ReadonlySet<string> = new Set([
  "all_access",
  "kibana_server",
  "kibana_user",
  "logstash",
  "own_index",
]);

function permitsBulk(name: string, directory: Directory): boolean {
  const role = directory.kinds.get("roles")?.get(name);
  if (role === undefined) return staticRoles.has(name);
  return resolveList(directory, role.body, "cluster_permissions", "").mayPermit(bulk);
}
