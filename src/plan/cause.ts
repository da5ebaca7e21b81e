import { addressOf } from "../kinds/address.ts";
import { sameValue } from "../kinds/same.ts";
import type { Change } from "../model.ts";

/** Who moved: the cluster, the files, both, or nobody can tell. */
export type Cause = "live" | "files" | "both" | "unknown";

/**
 * Why each change is there, told from the files as they were last applied. `fromBase` is what those older files would
 * change now: nothing, where the cluster is still as they said, so that the files must have moved since.
 */
export function causesOf(
  changes: readonly Change[],
  fromBase: readonly Change[] | undefined,
): ReadonlyMap<Change, Cause> {
  if (!fromBase) return new Map(changes.map((change) => [change, "unknown"]));
  const byEntity = new Map(fromBase.map((change) => [addressOf(change), change]));
  return new Map(changes.map((change) => [change, causeOf(change, byEntity.get(addressOf(change)))]));
}

function causeOf(change: Change, older: Change | undefined): Cause {
  if (!older) return "files";
  const [now, then] = [change, older].map((one) => (one.action === "delete" ? undefined : one.after));
  return sameValue(now, then) ? "live" : "both";
}
