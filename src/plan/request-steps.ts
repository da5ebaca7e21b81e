import { canonicalize } from "../schema/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { PatchRequest, Step } from "../model/change.ts";
import type { Version } from "../model/finding.ts";

/** The requests with what each of them finds and leaves: only the first that names an entity finds it as the plan did. */
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
