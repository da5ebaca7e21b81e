import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Plan } from "../model.ts";
import { countDangers } from "../kinds/danger.ts";
import { refusal, setWhere, type Guard } from "./guard.ts";
import { findRenamed } from "./renames.ts";

/** Of fewer entities, one that goes is a large share and says nothing. */
const managedMin = 10;

/** Refuses to delete more of a kind than the share. What is renamed stays, whatever it is called. */
export const deleteShare: Guard = ({ plan, dangers: all, choice: { deleteShare: limit } }) => {
  const renamed = findRenamed(plan.changes);
  return allKinds.flatMap((kind) => {
    const dangers = all.filter(({ kind: of, address }) => of === kind.name && !renamed.has(address));
    const managed = managedOf(kind, plan);
    const isCounted = kind.isSingle || managed >= managedMin || limit.most === 0;
    if (!isCounted || dangers.length * 100 <= limit.most * managed) return [];
    // Rounded up, so that no share that is refused looks like the limit.
    const share = Math.ceil((dangers.length * 1000) / managed) / 10;
    const are = `${dangers.length === 1 ? "is" : "are"} ${share}% of the ${managed} managed`;
    const message = `${countDangers(dangers)} ${are}, and at most ${limit.most}% are allowed (${setWhere(limit, "--max-delete-share")})`;
    const orElse = `; or raise the limit: --max-delete-share ${Math.ceil(share)}%`;
    return [refusal("too-large-delete-share", message, dangers, { kind: kind.name, orElse })];
  });
};

/** The entities that are ours; of an entity that is alone of its kind, the powers that it gives. */
function managedOf({ name, isSingle, powers }: Kind, { changes, managed }: GuardedPlan): number {
  if (!isSingle) return managed[name] ?? 0;
  const change = changes.find(({ kind }) => kind === name);
  return change && change.action !== "create" ? (powers?.of(change.before).length ?? 0) : 0;
}

type GuardedPlan = Pick<Plan, "changes" | "managed">;
