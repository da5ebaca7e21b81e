import type { Change } from "../model/change.ts";
import type { DriftCounts, DriftCause } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";
import { accessText, escalationText } from "./access-difference-text.ts";
import { changeTexts, isShort, keepDetailed } from "./changes-text.ts";
import { exceptText, isAllSeen, formatResult } from "./drift-text.ts";
import { formatCluster } from "./cluster-name.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatValue } from "./printable.ts";
import { countsText, namesText, unmanagedText } from "./lists-text.ts";
import { reviewedSummary, staleSummary } from "./stale-sections.ts";
import { makeSections } from "./plan-sections.ts";
import type { Section } from "./section.ts";
import { protectionText, weakeningText } from "./protective-settings.ts";
import { applyStyle, type Theme } from "./theme.ts";
import { countActions } from "./plan-json.ts";

/** The heading of a plan and its duration. */
export interface Heading {
  readonly command: string;
  readonly seconds: number;
  readonly isVerbose: boolean;
  /** True if osac already tried the passwords of users. */
  readonly arePasswordsTried?: boolean | undefined;
  /** Present only for drift: the side that changed. */
  readonly causes?: ReadonlyMap<Change, DriftCause> | undefined;
  /** Present only for drift: the numbers, and the kinds that count. */
  readonly drift?: DriftCounts | undefined;
}

/**
 * Formats a plan for people: destructive changes first, one line an entity with its fields below or, if there
 * are many, after all lines; a summary last.
 */
export function planText(plan: Plan, heading: Heading, theme: Theme): string {
  const sections = changesText(plan, heading, theme);
  return [
    headingText(plan, heading, theme),
    weakeningText(plan, theme),
    escalationText(plan, theme),
    accessText(plan, theme, heading.causes !== undefined),
    ...sections,
    protectionText(plan),
    ...listsTexts(plan, heading, theme),
    summaryText(plan, heading, theme),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** Formats the lists of what is not changed. */
function listsTexts(plan: Plan, { isVerbose, causes, arePasswordsTried }: Heading, theme: Theme): string[] {
  if (plan.review?.stale) return [];
  if (isVerbose) return [namesText(plan, theme, arePasswordsTried)];
  return causes
    ? [unmanagedText(plan, theme), countsText({ ...plan, unmanaged: [] }, theme, arePasswordsTried)]
    : [countsText(plan, theme, arePasswordsTried)];
}

function changesText(plan: Plan, { causes, isVerbose }: Heading, theme: Theme): string[] {
  const sections = makeSections(plan, causes);
  if (isShort(sections, theme)) return sections.map((section) => sectionText(section, theme, true));
  const details = sections.map((section) => keepDetailed(section, isVerbose)).filter(hasChanges);
  const creations = isVerbose ? 0 : plan.changes.filter(({ action }) => action === "create").length;
  return [
    ...sections.map((section) => sectionText(section, theme, false)),
    ...details.map((section, index) => {
      const title = index === 0 ? `${applyStyle(theme, "bold", "details")}\n` : "";
      return title + sectionText({ ...section, title: "" }, theme, true);
    }),
    creations === 0
      ? ""
      : `${applyStyle(theme, "dim", `-v shows the fields of ${formatQuantity(creations, "creation")}`)}\n`,
  ];
}

function hasChanges({ changes }: Section): boolean {
  return changes.length > 0;
}

function sectionText(section: Section, theme: Theme, withFields: boolean): string {
  const title = section.title === "" ? "" : `${applyStyle(theme, section.style, section.title)}\n`;
  const kinds = changeTexts(section, theme, { withFields });
  return (
    title + kinds.map(({ kind, texts }) => `${applyStyle(theme, "bold", kind)}\n${texts.join("")}`).join("")
  );
}

/** Formats the heading: the command, the cluster, the caller, and how much was compared. */
export function headingText(
  { cluster, kinds, compared }: Plan,
  { command, seconds }: Heading,
  theme: Theme,
): string {
  const name = formatCluster(cluster);
  const actor = cluster.adminDn === undefined ? "" : ` · acting as certificate ${cluster.adminDn}`;
  const size = `${formatQuantity(kinds.length, "resource type")}, ${formatQuantity(compared, "entity")} compared in ${seconds.toFixed(1)} s`;
  return `${applyStyle(theme, "bold", `osac ${command}`)} · ${formatValue(name + actor)} · ${size}\n`;
}

function nothingText(plan: Plan, command: string, theme: Theme): string {
  const nothing = applyStyle(theme, "green", "No changes.");
  const state =
    command === "rollback"
      ? "Everything that the run changed is as it was before"
      : "The cluster matches the files";
  return `${nothing} ${state}${exceptText(plan)}${isAllSeen(plan) ? "" : ", as far as the caller can see"}.\n`;
}

/**
 * The summary if nothing is left to do, although the cluster differs from the files: the server does not
 * support a value.
 */
function notSentText({ notSent: { length } }: Plan, theme: Theme): string {
  const values = length === 1 ? "1 declared value is" : `${length} declared values are`;
  return `${applyStyle(theme, "yellow", "No changes to send:")} ${values} not supported by this server.\n`;
}

/** Formats the last line, with the number of changes. */
export function summaryText(plan: Plan, { drift, command }: Heading, theme: Theme): string {
  if (drift) return formatResult(plan, drift, theme);
  if (plan.review?.stale) return staleSummary(plan.review, theme);
  const { changes, requests } = plan;
  if (changes.length === 0 && plan.review) return `${reviewedSummary(plan.review, theme)}\n`;
  if (changes.length === 0)
    return plan.notSent.length > 0 ? notSentText(plan, theme) : nothingText(plan, command, theme);
  const counts = countActions(changes);
  const kinds = new Set(changes.map(({ kind }) => kind)).size;
  const actions = [
    applyStyle(theme, "green", `${counts.create} to create`),
    applyStyle(theme, "yellow", `${counts.update} to update`),
    applyStyle(theme, "red", `${counts.delete} to delete`),
  ];
  return `${applyStyle(theme, "bold", "Plan:")} ${actions.join(", ")} · ${formatQuantity(kinds, "resource type")}, ${formatQuantity(requests.length, "request")}\n`;
}
