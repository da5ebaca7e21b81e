import { strict as assert } from "node:assert";
import { kinds } from "../kinds/index.ts";
import type { Change, KindName, LiveKind, Version } from "../model.ts";
import { operationsOf } from "./patch.ts";
import { disproof } from "./proof.ts";

/**
 * Proves the patch of every change before anything is sent. A patch that would not give the desired state is a
 * fault of the program and ends the run.
 */
export function proveChanges(
  changes: readonly Change[],
  live: ReadonlyMap<KindName, LiveKind>,
  version: Version,
): void {
  for (const change of changes) {
    const kind = kinds[change.kind];
    const answer = live.get(change.kind);
    const raw = answer?.readable ? answer.entities.get(change.name)?.raw : undefined;
    const wrong = disproof(kind, change, operationsOf(kind, change), raw, version);
    assert(
      wrong === undefined,
      `the patch for ${change.kind}/${change.name} is wrong: ${wrong}. Nothing was written`,
    );
  }
}
