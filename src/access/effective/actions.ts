import { getOwnField } from "../../value/path.ts";
import { matches } from "../match-pattern.ts";
import type { Generation } from "./generation.ts";

const clusterPrefixes = [
  "cluster:",
  "indices:admin/template/",
  "indices:admin/index_template/",
  "indices:data/read/scroll",
  "indices:data/read/msearch",
];

const clusterActions = [
  "indices:data/write/bulk",
  "indices:data/read/mget",
  "indices:data/read/mtv",
  "indices:data/write/reindex",
];

/** True if the server looks up an action in `cluster_permissions` only. */
export function isClusterAction(action: string, { hasOpenClusterActions }: Generation): boolean {
  return (
    clusterPrefixes.some((prefix) => action.startsWith(prefix)) ||
    clusterActions.includes(action) ||
    (hasOpenClusterActions && !action.startsWith("indices:"))
  );
}

const shrinkable = [
  "indices:data/read/*",
  "indices:admin/mappings/fields/get*",
  "indices:admin/shards/search_shards",
  "indices:admin/resolve/index",
  "indices:monitor/settings/get",
  "indices:monitor/stats",
];

/** True if `do_not_fail_on_forbidden` reduces a request with this action to the permitted names. */
export function isShrinkable(action: string, { shrinksAliases }: Generation): boolean {
  const isAlias = shrinksAliases && action === "indices:admin/aliases/get";
  return isAlias || shrinkable.some((pattern) => matches(pattern, action) === "yes");
}

const guarded = [
  "indices:data/write*",
  "indices:admin/delete*",
  "indices:admin/mapping/delete*",
  "indices:admin/mapping/put*",
  "indices:admin/freeze*",
  "indices:admin/settings/update*",
  "indices:admin/aliases",
  "indices:admin/close*",
  "cluster:admin/snapshot/restore*",
];

/** True if only the admin certificate may do this to the security index, or to all indices at once. */
export function isGuarded(action: string): boolean {
  return guarded.some((pattern) => matches(pattern, action) === "yes");
}

const creating = [
  "indices:admin/create",
  "indices:data/write/index",
  "indices:data/write/update",
  "indices:data/write/bulk*",
];

/** True if an action also works for a name that does not exist yet. */
export function isForNewNames(action: string): boolean {
  return creating.some((pattern) => matches(pattern, action) === "yes");
}

/** Actions that osac cannot judge by name, because the content of the request decides. */
const undecidable: readonly (readonly [pattern: string, why: string])[] = [
  ["cluster:admin/snapshot/restore*", "what the snapshot holds decides about a restore"],
  ["indices:data/read/point_in_time/delete*", "the points in time that are named decide"],
];

/** Returns the reason why the name of an action is not enough to judge it; undefined if it is. */
export function whyUndecidable(action: string): string | undefined {
  return undecidable.find(([pattern]) => matches(pattern, action) === "yes")?.[1];
}

/** The names under which the server judges some actions. */
const aliases: Readonly<Record<string, string>> = {
  "indices:admin/auto_create": "indices:admin/create",
  "indices:admin/mapping/auto_put": "indices:admin/mapping/put",
};

export function normalizeAction(action: string): string {
  return getOwnField(aliases, action) ?? action;
}
