import type { Change } from "../model/change.ts";
import { planIdDigitsMin, type Review } from "../model/plan.ts";
import { formatQuantity } from "./findings-text.ts";
import { applyStyle, type Theme } from "./theme.ts";

/** A part of the difference between a reviewed plan and the current plan. */
interface Section {
  readonly title: string;
  readonly changes: readonly Change[];
}

/** Makes the sections of a stale plan: changes in the cluster, and changes that osac would now write. */
export function makeStaleSections({ moved, otherwise }: Review): Section[] {
  return [
    { title: "Changed in the cluster since the plan was made:", changes: moved },
    { title: "Would be written now, compared with the reviewed plan:", changes: otherwise },
  ].filter(({ changes }) => changes.length > 0);
}

/** Formats the last line of a stale plan. */
export function staleSummary({ stale, id }: Review, theme: Theme): string {
  const plan = id === "" ? "the plan" : `plan ${shortId(id)}`;
  return `${applyStyle(theme, "red", "Stale:")} ${formatQuantity(stale, "change")} of ${plan} can no longer be made as reviewed; nothing was written\n`;
}

/** Formats the last line if nothing of a reviewed plan is left to do. */
export function reviewedSummary({ applied, id }: Review, theme: Theme): string {
  return `${applyStyle(theme, "green", "Already applied:")} plan ${shortId(id)} has nothing left to do${applied === 0 ? "" : `, the cluster holds its ${formatQuantity(applied, "change")}`}.`;
}

function shortId(id: string): string {
  return id.slice(0, planIdDigitsMin);
}
