import { formatAddress } from "../kinds/address.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";
import { driftKinds, type DriftCause, type DriftKind } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";

/**
 * Finds which side changed each entity, from the base. `fromBase` has the changes that the base would make
 * now. An entity without such a change is in the cluster as in the base, so it changed in the files.
 */
export function findCauses(
  changes: readonly Change[],
  fromBase: readonly Change[] | undefined,
): ReadonlyMap<Change, DriftCause> {
  if (!fromBase) return new Map(changes.map((change) => [change, "unknown"]));
  const byEntity = new Map(fromBase.map((change) => [formatAddress(change), change]));
  return new Map(changes.map((change) => [change, findCause(change, byEntity.get(formatAddress(change)))]));
}

function findCause(change: Change, older: Change | undefined): DriftCause {
  if (!older) return "files";
  const [now, then] = [change, older].map((one) => (one.action === "delete" ? undefined : one.after));
  return isSameValue(now, then) ? "live" : "both";
}

/** Counts the entities by difference. */
export function countDrift(
  {
    changes,
    skipped,
    unmanaged,
    escalations = [],
  }: Pick<Plan, "changes" | "skipped" | "unmanaged" | "escalations">,
  causes: ReadonlyMap<Change, DriftCause>,
): Record<DriftKind, number> {
  const found: DriftKind[] = [
    ...changes.map((change) => causes.get(change)!),
    ...skipped.flatMap(({ differs }) => (differs ? (["skipped"] as const) : [])),
    ...unmanaged.map(() => "unmanaged" as const),
    ...escalations.flatMap(({ allowed }) => (allowed === undefined ? (["escalation"] as const) : [])),
  ];
  const count = (kind: DriftKind): number => found.filter((one) => one === kind).length;
  return Object.fromEntries(driftKinds.map((kind) => [kind, count(kind)])) as Record<DriftKind, number>;
}

/** Only the differences in `failOn` count as drift. */
export function isDrift(counts: Readonly<Record<DriftKind, number>>, failOn: readonly DriftKind[]): boolean {
  return failOn.some((kind) => counts[kind] > 0);
}
