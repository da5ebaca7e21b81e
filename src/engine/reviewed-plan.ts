import { OsacError } from "../errors.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { Comparison } from "../model/plan.ts";
import { matchPlanId, matchSavedPlan } from "../plan/reviewed/match-reviewed.ts";
import { occasionFindings } from "../plan/reviewed/saved-plan.ts";
import { otherClusterFindings, toRollbackPlan } from "../plan/rollback/rollback-directory.ts";
import type { Task } from "./task.ts";

/**
 * Refuses a plan for another cluster or other files, and a backup of another cluster, before anything is
 * compared.
 */
export function refuseWrongOccasion({ reviewed, backup, choice }: Task, cluster: ClusterInfo): void {
  const findings = [
    ...(reviewed && "saved" in reviewed
      ? occasionFindings(reviewed.saved, { ...reviewed, settings: choice.settings?.bound, cluster })
      : []),
    ...(backup ? otherClusterFindings(backup, cluster) : []),
  ];
  if (findings.length > 0) throw new OsacError("stale", findings);
}

/** Restricts a comparison to the changes of the reviewed plan, or to those that a backup reverts. */
export function restrictToReviewed(
  { reviewed, backup }: Task,
  compared: Comparison,
  live: LiveState,
): Comparison {
  if (backup) return toRollbackPlan(compared, live, backup);
  if (!reviewed) return compared;
  return "saved" in reviewed
    ? matchSavedPlan(compared, live, reviewed.saved)
    : matchPlanId(compared, reviewed.id);
}
