import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Plan } from "../model/plan.ts";
import { countDestructiveEffects } from "../kinds/destructive.ts";
import { guardFinding, describeOrigin, type Guard } from "./guard.ts";
import { formatAddress } from "../kinds/address.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";
import { countGrowth } from "../plan/diff.ts";

/** Refuses more deletions in one run than the limit. */
export const mostDeletes: Guard = ({ dangers, choice: { deletes } }) => {
  if (dangers.length <= deletes.max) return [];
  const limit = `and at most ${deletes.max} are allowed (${describeOrigin(deletes, "--max-deletes")})`;
  const orElse = `; or raise the limit: --max-deletes ${dangers.length}`;
  return [
    guardFinding("too-many-deletes", `${countDestructiveEffects(dangers)} in one run, ${limit}`, dangers, {
      orElse,
    }),
  ];
};

/** The guard does not judge fewer managed entities than these: a single deletion would be a large share. */
const managedMin = 10;

/** Refuses to delete a larger share of a kind than the limit. Renamed entities do not count. */
export const deleteShare: Guard = ({ plan, dangers: all, choice: { deleteShare: limit } }) => {
  const renamed = findRenamed(plan.changes);
  return allKinds.flatMap((kind) => {
    const dangers = all.filter(({ kind: of, address }) => of === kind.name && !renamed.has(address));
    const managed = countManaged(kind, plan);
    const isCounted = kind.isSingle || managed >= managedMin || limit.max === 0;
    if (!isCounted || dangers.length * 100 <= limit.max * managed) return [];
    // Rounded up, so that no share that is refused looks like the limit.
    const share = Math.ceil((dangers.length * 1000) / managed) / 10;
    const are = `${dangers.length === 1 ? "is" : "are"} ${share}% of the ${managed} managed`;
    const message = `${countDestructiveEffects(dangers)} ${are}, and at most ${limit.max}% are allowed (${describeOrigin(limit, "--max-delete-share")})`;
    const orElse = `; or raise the limit: --max-delete-share ${Math.ceil(share)}%`;
    return [guardFinding("too-large-delete-share", message, dangers, { kind: kind.name, orElse })];
  });
};

/** Counts the managed entities of a kind. A single entity counts by the permissions that it gives. */
function countManaged({ name, isSingle, grants }: Kind, { changes, managed }: GuardedPlan): number {
  if (!isSingle) return managed[name] ?? 0;
  const change = changes.find(({ kind }) => kind === name);
  return change && change.action !== "create" ? (grants?.list(change.before).length ?? 0) : 0;
}

type GuardedPlan = Pick<Plan, "changes" | "managed">;

/**
 * Finds deleted entities that the same plan creates with equal content under another name. Returns addresses.
 */
function findRenamed(changes: readonly Change[]): Set<string> {
  const created = changes.filter((change) => change.action === "create");
  const renamed = changes.filter((change) => {
    if (change.action !== "delete") return false;
    const index = created.findIndex(
      ({ kind, after }) => kind === change.kind && isSameValue(after, change.before),
    );
    // Each new entity counts as the new name of one deleted entity only.
    return index >= 0 && created.splice(index, 1).length > 0;
  });
  return new Set(renamed.map(formatAddress));
}

/** Refuses to delete the last entities of a kind. */
export const emptyKind: Guard = ({ plan: { changes, managed }, dangers }) =>
  allKinds.flatMap(({ name: kind }) => {
    const deletions = dangers.filter((danger) => danger.kind === kind && danger.isDeletion);
    const left = (managed[kind] ?? 0) + countGrowth(changes, kind);
    if (deletions.length === 0 || left > 0) return [];
    return [
      guardFinding("empty-kind", "the plan would delete the last of the managed entities", deletions, {
        kind,
      }),
    ];
  });

/** Refuses to delete anything for files that declare nothing: they were more likely lost than meant. */
export const emptyDirectory: Guard = ({ directory, dangers }) => {
  const deletions = dangers.filter(({ isDeletion }) => isDeletion);
  const isEmpty = [...directory.kinds.values()].every(({ size }) => size === 0);
  if (!isEmpty || deletions.length === 0) return [];
  return [
    guardFinding(
      "empty-directory",
      "the files of this run declare no entity, and the plan would delete",
      deletions,
    ),
  ];
};
