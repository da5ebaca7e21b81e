import type { Change, PatchRequest, Step } from "../model/change.ts";
import type { Operation } from "../model/value.ts";
import { canonicalize } from "../schema/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Version } from "../model/finding.ts";

/** One change, with the operations that carry it out. */
export interface Write {
  readonly change: Change;
  readonly operations: readonly Operation[];
}

/**
 * The writes of the requests by change. An entity that is created empty first counts once, when it is filled.
 */
export function writesIn(requests: readonly PatchRequest[]): Write[] {
  return requests
    .filter(({ isStub }) => !isStub)
    .flatMap(({ changes, operations }) =>
      changes.map((change, index) => ({ change, operations: operations[index]! })),
    );
}

/**
 * Adds to each request the states of its entities before and after it. If several requests write an entity,
 * only the first one finds it as the plan did.
 */
export function makeSteps(requests: readonly PatchRequest[], version: Version): Step[] {
  const emptied = new Set(requests.filter(({ isStub }) => isStub).flatMap(({ changes }) => changes));
  return requests.map((request) => ({
    ...request,
    ends: request.changes.map((change) => {
      if (!emptied.has(change) || change.action !== "create") return change;
      const empty = canonicalize(kinds[change.kind], {}, version);
      return request.isStub ? { ...change, after: empty } : { ...change, action: "update", before: empty };
    }),
  }));
}
