import type { Change } from "../model/change.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";
import { reverseChange } from "../plan/reverse-change.ts";
import type { Section } from "./section.ts";

/** The title of each cause, which explains the signs. Changes in the cluster come first. */
const titles: readonly (readonly [DriftCause, title: string, isOfCluster: boolean])[] = [
  ["live", "changed in the cluster: + added, ~ changed, - removed", true],
  [
    "unknown",
    "the cluster differs from the files: + only in the cluster, ~ differs, - only in the files",
    true,
  ],
  ["both", "changed on both sides: + ~ - show what apply would do", false],
  ["files", "not yet applied: + ~ - show what apply would do", false],
];

/**
 * Groups the changes of a drift report by cause. A change in the cluster is shown from the files to the
 * cluster.
 */
export function makeDriftSections({ changes }: Plan, causes: ReadonlyMap<Change, DriftCause>): Section[] {
  return titles
    .map(([cause, title, isOfCluster]): Section => {
      const caused = changes.filter((change) => causes.get(change) === cause);
      return {
        title,
        style: ["bold"],
        weight: "other",
        changes: isOfCluster ? caused.map(reverseChange) : caused,
        isPlanned: false,
        live: isOfCluster ? "after" : "before",
      };
    })
    .filter((section) => section.changes.length > 0);
}
