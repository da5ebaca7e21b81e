import { operations, type Decision, type Target } from "../effective/index.ts";
import type { OperationName } from "../effective/operations.ts";

/** A request that reads, and that the server judges exactly as an operation. */
type MakePath = (names: string) => string;

/**
 * The operations that osac asks a cluster about: their requests change nothing, keep nothing open in the
 * cluster, and need no body.
 */
const paths: Readonly<Partial<Record<OperationName, MakePath>>> = {
  search: (names) => `/${names}/_search?size=0`,
  count: (names) => `/${names}/_count`,
  "count by cat": (names) => `/_cat/count/${names}`,
  "get a document": (names) => `/${names}/_doc/osac-asks-for-no-document`,
  "list fields": (names) => `/${names}/_field_caps?fields=*`,
  "find shards": (names) => `/${names}/_search_shards`,
  "resolve names": (names) => `/_resolve/index/${names}`,
  "validate a query": (names) => `/${names}/_validate/query`,
  "get statistics": (names) => `/${names}/_stats`,
  "get settings": (names) => `/${names}/_settings`,
  "get mappings": (names) => `/${names}/_mapping`,
  "get an index": (names) => `/${names}`,
  "look whether an index exists": (names) => `/${names}`,
  "get aliases": (names) => `/${names}/_alias`,
  "list indices": (names) => `/_cat/indices/${names}`,
  "see the cluster's health": () => "/_cluster/health",
};

/**
 * Returns the path of a GET that the server judges as the operation on the target; undefined if there is
 * none. An action has the request of an operation that needs only this action.
 */
export function findSafePath(what: string, target: Target): string | undefined {
  const makePath = Object.entries(paths).find(([name]) => isSame(name as OperationName, what))?.[1];
  if (target.kind === "tenant" || makePath === undefined) return undefined;
  return makePath(target.kind === "cluster" ? "" : target.expressions.map(encodeURIComponent).join(","));
}

/** The operations that osac asks a cluster about, one for each chain of actions. */
export function listSafeOperations(): OperationName[] {
  const names = Object.keys(paths) as OperationName[];
  return [...new Map(names.toReversed().map((name) => [formatChain(name), name])).values()].toReversed();
}

function formatChain(name: OperationName): string {
  const { cluster, index } = operations[name];
  return [...cluster, ...index].join();
}

function isSame(name: OperationName, what: string): boolean {
  return name === what || formatChain(name) === what;
}

/** True if the server refuses a request with this decision, false if not; undefined if osac cannot tell. */
export function expectsRefusal(decision: Decision): boolean | undefined {
  if (decision.verdict === "unknown") return undefined;
  return decision.verdict === "denied" || (decision.verdict === "partly" && decision.effect === "403");
}
