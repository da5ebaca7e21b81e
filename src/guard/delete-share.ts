import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Plan } from "../model/plan.ts";
import { countDestructiveEffects } from "../kinds/destructive.ts";
import { guardFinding, describeOrigin, type Guard } from "./guard.ts";
import { findRenamed } from "./find-renamed.ts";

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
