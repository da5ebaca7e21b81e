import type { Access } from "./access.ts";
import type { Allowed, Because, Decision, Denied, Missing, Partly, Unknown } from "./answer.ts";
import { decideAction } from "./decide.ts";
import { findRestrictions, isRestricted } from "./restrictions.ts";
import type { Caller } from "./subject.ts";
import { decideTenant } from "./tenants.ts";

/** An everyday operation, and the actions of its request, which the server judges one after the other. */
export interface Operation {
  /** Cluster actions. */
  readonly cluster: readonly string[];
  /** Index actions, each on every name of the target. */
  readonly index: readonly string[];
  /** Actions that the server judges together with the first index action. */
  readonly also?: readonly string[];
  /** The use of a tenant. */
  readonly tenant?: "read" | "write";
  /** The server answers for each name apart, and does the permitted part. */
  readonly isPerName?: true;
  /** It fails where documents, fields or masks of the index are restricted. */
  readonly needsWholeIndex?: true;
  /** Up to 2.11 the server judged it as a request on all indices. */
  readonly wasOnAllIndices?: true;
}

const bulk = ["indices:data/write/bulk"];
const [bulkShard, index, update, remove] = [
  "indices:data/write/bulk[s]",
  "indices:data/write/index",
  "indices:data/write/update",
  "indices:data/write/delete",
];
const [create, putMapping] = ["indices:admin/create", "indices:admin/mapping/put"];
const search = ["indices:data/read/search"];

/** The actions that real requests needed on servers of 2.11.1, 2.19.4 and 3.4.0. */
export const operations = {
  "index a document": { cluster: bulk, index: [index, bulkShard] },
  "create a document": { cluster: bulk, index: [index, bulkShard] },
  "index a document with a new field": { cluster: bulk, index: [index, bulkShard, putMapping] },
  "index into a missing index": { cluster: bulk, index: [index, create, bulkShard, putMapping] },
  "update a document": { cluster: bulk, index: [update, bulkShard, index], needsWholeIndex: true },
  "upsert into a missing index": { cluster: bulk, index: [update, create, bulkShard, index, putMapping] },
  "delete a document": { cluster: bulk, index: [remove, bulkShard] },
  "bulk index": { cluster: bulk, index: [bulkShard, index], isPerName: true },
  "bulk update": { cluster: bulk, index: [bulkShard, update], isPerName: true, needsWholeIndex: true },
  "bulk delete": { cluster: bulk, index: [bulkShard, remove], isPerName: true },
  search: { cluster: [], index: search },
  count: { cluster: [], index: search },
  "start a scroll": { cluster: [], index: search },
  "scroll on": { cluster: ["indices:data/read/scroll"], index: [] },
  "get a document": { cluster: [], index: ["indices:data/read/get"] },
  "get several documents": {
    cluster: ["indices:data/read/mget"],
    index: ["indices:data/read/mget[shard]"],
    isPerName: true,
  },
  "search several times": { cluster: ["indices:data/read/msearch"], index: search, isPerName: true },
  "get several term vectors": {
    cluster: ["indices:data/read/mtv"],
    index: ["indices:data/read/mtv[shard]"],
    isPerName: true,
  },
  "list fields": { cluster: [], index: ["indices:data/read/field_caps"] },
  "find shards": { cluster: [], index: ["indices:admin/shards/search_shards"], also: search },
  "resolve names": { cluster: [], index: ["indices:admin/resolve/index"] },
  "validate a query": { cluster: [], index: ["indices:admin/validate/query"] },
  refresh: { cluster: [], index: ["indices:admin/refresh", "indices:admin/refresh[s]"] },
  "list indices": {
    cluster: ["cluster:monitor/state", "cluster:monitor/health"],
    index: ["indices:monitor/settings/get", "indices:monitor/stats"],
  },
  "count by cat": { cluster: [], index: search },
  "get statistics": { cluster: [], index: ["indices:monitor/stats"] },
  "get settings": { cluster: [], index: ["indices:monitor/settings/get"] },
  "get mappings": { cluster: [], index: ["indices:admin/mappings/get"] },
  "get an index": { cluster: [], index: ["indices:admin/get"] },
  "look whether an index exists": { cluster: [], index: ["indices:admin/get"] },
  "create an index": { cluster: [], index: [create] },
  "create an index with aliases": { cluster: [], index: [create, "indices:admin/aliases"] },
  "delete an index": { cluster: [], index: ["indices:admin/delete"] },
  "put mappings": { cluster: [], index: [putMapping] },
  "put settings": { cluster: [], index: ["indices:admin/settings/update"] },
  "close an index": { cluster: [], index: ["indices:admin/close", "indices:admin/close[s]"] },
  "open an index": { cluster: [], index: ["indices:admin/open"] },
  "force a merge": { cluster: [], index: ["indices:admin/forcemerge"] },
  "block an index": { cluster: [], index: ["indices:admin/block/add", "indices:admin/block/add[s]"] },
  "clone an index": {
    cluster: [],
    index: ["indices:admin/resize", "indices:monitor/stats"],
    needsWholeIndex: true,
    wasOnAllIndices: true,
  },
  "roll over": {
    cluster: [],
    index: ["indices:admin/rollover", "indices:monitor/stats"],
    wasOnAllIndices: true,
  },
  "add an alias": { cluster: [], index: ["indices:admin/aliases"] },
  "delete an index by aliases": { cluster: [], index: ["indices:admin/aliases", "indices:admin/delete"] },
  "get aliases": { cluster: [], index: ["indices:admin/aliases/get"] },
  "create a data stream": { cluster: [], index: ["indices:admin/data_stream/create"] },
  "delete a data stream": { cluster: [], index: ["indices:admin/data_stream/delete"] },
  "create a snapshot": { cluster: ["cluster:admin/snapshot/create"], index: [] },
  "manage index templates": {
    cluster: [
      "indices:admin/index_template/get",
      "indices:admin/index_template/put",
      "indices:admin/index_template/delete",
    ],
    index: [],
  },
  "see the cluster's health": { cluster: ["cluster:monitor/health"], index: [] },
  "read in Dashboards": { cluster: [], index: [], tenant: "read" },
  "save in Dashboards": { cluster: bulk, index: [], tenant: "write" },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/** The target of an operation. */
export type Target =
  | { readonly kind: "cluster" }
  /** Names, wildcards, aliases, data streams; none for all indices. */
  | { readonly kind: "indices"; readonly expressions: readonly string[] }
  | { readonly kind: "tenant"; readonly name: string };

/** One action of an operation, and its decision. */
export interface Step {
  readonly level: "cluster" | "index" | "tenant";
  readonly action: string;
  readonly decision: Decision;
}

/** The answer for an operation: the decision as a whole, and every step. */
export interface OperationAnswer {
  readonly decision: Decision;
  readonly steps: readonly Step[];
}

/** Decides whether a caller can do an operation. */
export function decideOperation(
  access: Access,
  caller: Caller,
  operation: Operation,
  target: Target,
): OperationAnswer {
  const steps = [
    ...tenantSteps(access, caller, operation, target),
    ...operation.cluster.map((action): Step => ({
      level: "cluster",
      action,
      decision: decideAction(access, caller, { action }),
    })),
    ...indexSteps(access, caller, operation, target),
  ];
  const decision = joinDecisions(steps.map((step) => step.decision));
  return { decision: creates(operation) ? withoutAbsence(decision) : decision, steps };
}

function creates({ index: actions }: Operation): boolean {
  return actions.some((action) => action === create || action === "indices:admin/data_stream/create");
}

/** What does not exist yet is no obstacle to an operation that creates it. */
function withoutAbsence(decision: Decision): Decision {
  if (decision.verdict !== "partly" || decision.effect !== "404") return decision;
  return { verdict: "allowed", because: decision.because };
}

function tenantSteps(access: Access, caller: Caller, { tenant }: Operation, target: Target): Step[] {
  if (tenant === undefined) return [];
  const name = target.kind === "tenant" ? target.name : "global_tenant";
  return [{ level: "tenant", action: tenant, decision: decideTenant(access, caller, name, tenant) }];
}

function indexSteps(access: Access, caller: Caller, operation: Operation, target: Target): Step[] {
  const expressions = target.kind === "indices" ? target.expressions : [];
  const isOnAll = operation.wasOnAllIndices && !access.generation.knowsResize;
  const on = isOnAll ? [] : expressions;
  const steps = operation.index.map((action, place): Step => ({
    level: "index",
    action,
    decision: operation.isPerName
      ? decideEach(access, caller, action, on)
      : decideAction(access, caller, { action, also: place === 0 ? (operation.also ?? []) : [], on }),
  }));
  if (!operation.needsWholeIndex || steps.some(({ decision }) => decision.verdict === "denied")) return steps;
  return [...steps, ...restrictionSteps(access, caller, on)];
}

/** Decides one request for each name. */
function decideEach(access: Access, caller: Caller, action: string, on: readonly string[]): Decision {
  if (on.length < 2) return decideAction(access, caller, { action, on });
  const each = on.map((name): readonly [string, Decision] => [
    name,
    decideAction(access, caller, { action, on: [name] }),
  ]);
  const good = each.filter(([, { verdict }]) => verdict === "allowed").map(([name]) => name);
  const whole = joinDecisions(each.map(([, decision]) => decision));
  if (whole.verdict !== "denied" || good.length === 0) return whole;
  const because = each.flatMap(([, decision]) => (decision.verdict === "allowed" ? decision.because : []));
  return { verdict: "partly", effect: "403", names: good, because, missing: whole.missing };
}

/** The server refuses an operation that would write back documents of which the caller sees only a part. */
function restrictionSteps(access: Access, caller: Caller, on: readonly string[]): Step[] {
  const verdicts = on.map((name) => [name, isRestricted(findRestrictions(access, caller, name))] as const);
  const restricted = verdicts.filter(([, is]) => is === true).map(([name]) => name);
  const open = verdicts.filter(([, is]) => is === "unknown").map(([name]) => name);
  const what = "the server refuses it where documents, fields or masks are restricted";
  const action = "whole documents";
  if (restricted.length > 0)
    return [
      {
        level: "index",
        action,
        decision: { verdict: "denied", missing: [{ need: "rule", what, names: restricted, nearest: [] }] },
      },
    ];
  if (open.length === 0) return [];
  const reasons: Unknown[] = [
    { code: "block-order", text: `which restrictions are in force on ${open.join(", ")} is not known` },
  ];
  return [{ level: "index", action, decision: { verdict: "unknown", reasons } }];
}

/** Joins decisions: one denial is enough to deny the whole, whatever else is unknown. */
function joinDecisions(decisions: readonly Decision[]): Decision {
  const denied = decisions.filter((one): one is Denied => one.verdict === "denied");
  if (denied.length > 0) return { verdict: "denied", missing: denied.flatMap(({ missing }) => missing) };
  const reasons = decisions.flatMap((one) => (one.verdict === "unknown" ? one.reasons : []));
  if (reasons.length > 0) return { verdict: "unknown", reasons };
  const because = decisions.flatMap((one): readonly Because[] =>
    one.verdict === "unknown" || one.verdict === "denied" ? [] : one.because,
  );
  const partial = decisions.filter((one): one is Partly => one.verdict === "partly");
  return partial.length === 0
    ? ({ verdict: "allowed", because } satisfies Allowed)
    : joinPartial(partial, because);
}

const severity = ["403", "404", "emptied", "shrunk"] as const;

function joinPartial(partial: readonly Partly[], because: readonly Because[]): Partly {
  const effect = severity.find((one) => partial.some((decision) => decision.effect === one))!;
  const names = partial.reduce<readonly string[]>(
    (left, one) => left.filter((name) => one.names.includes(name)),
    partial[0]!.names,
  );
  const missing: Missing[] = partial.flatMap((decision) => decision.missing);
  return { verdict: "partly", effect, names, because, missing };
}
