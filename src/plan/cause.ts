import { addressOf } from "../kinds/address.ts";
import { sameValue } from "../kinds/same.ts";
import { driftKinds, type Cause, type Change, type DriftKind, type Plan } from "../model.ts";

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

/** How many entities there are of each kind of difference. */
export function countDrift(
  { changes, skipped, unmanaged }: Pick<Plan, "changes" | "skipped" | "unmanaged">,
  causes: ReadonlyMap<Change, Cause>,
): Record<DriftKind, number> {
  const found: DriftKind[] = [
    ...changes.map((change) => causes.get(change)!),
    ...skipped.flatMap(({ differs }) => (differs ? (["skipped"] as const) : [])),
    ...unmanaged.map(() => "unmanaged" as const),
  ];
  const count = (kind: DriftKind): number => found.filter((one) => one === kind).length;
  return Object.fromEntries(driftKinds.map((kind) => [kind, count(kind)])) as Record<DriftKind, number>;
}

/** Whether anything of that counts. */
export function isDrift(counts: Readonly<Record<DriftKind, number>>, failOn: readonly DriftKind[]): boolean {
  return failOn.some((kind) => counts[kind] > 0);
}
