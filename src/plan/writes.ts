import type { Change, PatchRequest } from "../model/change.ts";
import type { Operation } from "../model/value.ts";

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
