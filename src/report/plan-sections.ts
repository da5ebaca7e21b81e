import {
  countDestructiveEffects,
  findDestructiveSort,
  findDestructiveEffects,
} from "../kinds/destructive.ts";
import type { Change } from "../model/change.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";
import { makeDriftSections } from "./drift-sections.ts";
import type { Section } from "./section.ts";
import { makeStaleSections } from "./stale-sections.ts";

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
