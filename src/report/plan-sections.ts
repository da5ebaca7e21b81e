import {
  countDestructiveEffects,
  findDestructiveSort,
  findDestructiveEffects,
} from "../kinds/destructive.ts";
import type { Change } from "../model/change.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";
import type { Section } from "./section.ts";
import { makeStaleSections } from "./stale-sections.ts";
import { reverseChange } from "../plan/diff.ts";

/**
 * Groups the changes of a plan in the order of review: destructive changes, authentication, the rest. With
 * causes, the changes are grouped as drift.
 */
export function makeSections(plan: Plan, causes?: ReadonlyMap<Change, DriftCause>): Section[] {
  const { changes, review } = plan;
  if (causes) return makeDriftSections(plan, causes);
  if (review?.stale)
    return makeStaleSections(review).map((section) => ({
      ...section,
      style: ["bold"],
      weight: "danger",
      isPlanned: false,
      live: "none",
    }));
  const having = (...levels: (string | undefined)[]): Change[] =>
    changes.filter((change) => levels.includes(findDestructiveSort(change)));
  const dangerous = having("deletion", "revoked-permissions");
  const sections: Section[] = [
    {
      title: `destructive: ${countDestructiveEffects(dangerous.flatMap(findDestructiveEffects))}`,
      style: ["bold", "red"],
      weight: "danger",
      changes: dangerous,
      isPlanned: true,
      live: "before",
    },
    {
      title: "authentication changes",
      style: ["bold", "yellow"],
      weight: "authentication",
      changes: having("authentication"),
      isPlanned: true,
      live: "before",
    },
    {
      title: "other changes",
      style: ["bold"],
      weight: "other",
      changes: having(undefined),
      isPlanned: true,
      live: "before",
    },
  ];
  const [first, ...more] = sections.filter((section) => section.changes.length > 0);
  if (!first) return [];
  return more.length === 0 && first.weight === "other" ? [{ ...first, title: "" }] : [first, ...more];
}

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
function makeDriftSections({ changes }: Plan, causes: ReadonlyMap<Change, DriftCause>): Section[] {
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
