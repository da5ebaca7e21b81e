import type { Change, DriftCounts, Plan, Cause } from "../model.ts";
import { changeTexts } from "./changes-text.ts";
import { exceptText, isAllSeen, verdictText } from "./drift-text.ts";
import { counted } from "./findings.ts";
import { formatValue } from "./printable.ts";
import { isShort, withDetails } from "./layout.ts";
import { countsText, namesText, unmanagedText } from "./lists-text.ts";
import { reviewedSummary, staleSummary } from "./review.ts";
import { sectionsOf, type Section } from "./sections.ts";
import { protectionText, weakeningText } from "./settings.ts";
import { paint, type Look } from "./terminal.ts";

/** What a plan is called, and how long it took. */
export interface Heading {
  readonly command: string;
  readonly seconds: number;
  readonly isVerbose: boolean;
  /** Whether users' passwords were tried already. */
  readonly arePasswordsTried?: boolean;
  /** Only of drift: which side changed. */
  readonly causes?: ReadonlyMap<Change, Cause>;
  /** Only of drift: what of it counts. */
  readonly drift?: DriftCounts;
}

/** A plan for people: the danger first, one line an entity and its fields below or, of many, behind; a summary last. */
export function planText(plan: Plan, heading: Heading, look: Look): string {
  const sections = changesText(plan, heading, look);
  return [
    headingText(plan, heading, look),
    weakeningText(plan, look),
    ...sections,
    protectionText(plan),
    ...listsTexts(plan, heading, look),
    summaryText(plan, heading, look),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** What is not changed. */
function listsTexts(plan: Plan, { isVerbose, causes, arePasswordsTried }: Heading, look: Look): string[] {
  if (plan.review?.stale) return [];
  if (isVerbose) return [namesText(plan, look, arePasswordsTried)];
  return causes
    ? [unmanagedText(plan, look), countsText({ ...plan, unmanaged: [] }, look, arePasswordsTried)]
    : [countsText(plan, look, arePasswordsTried)];
}

function changesText(plan: Plan, { causes, isVerbose }: Heading, look: Look): string[] {
  const sections = sectionsOf(plan, causes);
  if (isShort(sections, look)) return sections.map((section) => sectionText(section, look, true));
  const details = sections.map((section) => withDetails(section, isVerbose)).filter(hasChanges);
  const creations = isVerbose ? 0 : plan.changes.filter(({ action }) => action === "create").length;
  return [
    ...sections.map((section) => sectionText(section, look, false)),
    ...details.map((section, index) => {
      const title = index === 0 ? `${paint(look, "bold", "details")}\n` : "";
      return title + sectionText({ ...section, title: "" }, look, true);
    }),
    creations === 0
      ? ""
      : `${paint(look, "dim", `-v shows the fields of ${counted(creations, "creation")}`)}\n`,
  ];
}

function hasChanges({ changes }: Section): boolean {
  return changes.length > 0;
}

function sectionText(section: Section, look: Look, withFields: boolean): string {
  const title = section.title === "" ? "" : `${paint(look, section.style, section.title)}\n`;
  const kinds = changeTexts(section, look, { withFields });
  return title + kinds.map(({ kind, texts }) => `${paint(look, "bold", kind)}\n${texts.join("")}`).join("");
}

/** Which command looked at which cluster, as whom, and how much there was to see. */
export function headingText(
  { cluster, kinds, compared }: Plan,
  { command, seconds }: Heading,
  look: Look,
): string {
  const { major, minor, patch } = cluster.version;
  const version = cluster.isVersionGuessed ? "version unknown" : `${major}.${minor}.${patch}`;
  const name = `cluster ${cluster.name ?? "(name unknown)"} (${version})`;
  const actor = cluster.adminDn === undefined ? "" : ` · acting as certificate ${cluster.adminDn}`;
  const size = `${counted(kinds.length, "kind")}, ${counted(compared, "entity")} compared in ${seconds.toFixed(1)} s`;
  return `${paint(look, "bold", `osac ${command}`)} · ${formatValue(name + actor)} · ${size}\n`;
}

function nothingText(plan: Plan, command: string, look: Look): string {
  const nothing = paint(look, "green", "No changes.");
  const state =
    command === "rollback"
      ? "Everything that the run changed is as it was before"
      : "The cluster matches the files";
  return `${nothing} ${state}${exceptText(plan)}${isAllSeen(plan) ? "" : ", as far as the caller can see"}.\n`;
}

/** Nothing is to do, and yet the cluster is not as the files say. */
function notSentText({ notSent: { length } }: Plan, look: Look): string {
  const values = length === 1 ? "1 declared value is" : `${length} declared values are`;
  return `${paint(look, "yellow", "No changes could be sent;")} ${values} not supported by this server.\n`;
}

/** The last line: how much would be done. */
export function summaryText(plan: Plan, { drift, command }: Heading, look: Look): string {
  if (drift) return verdictText(plan, drift, look);
  if (plan.review?.stale) return staleSummary(plan.review, look);
  const { changes, requests } = plan;
  if (changes.length === 0 && plan.review) return `${reviewedSummary(plan.review, look)}\n`;
  if (changes.length === 0)
    return plan.notSent.length > 0 ? notSentText(plan, look) : nothingText(plan, command, look);
  const count = (action: Change["action"]): number =>
    changes.filter((change) => change.action === action).length;
  const kinds = new Set(changes.map(({ kind }) => kind)).size;
  const actions = [
    paint(look, "green", `${count("create")} to create`),
    paint(look, "yellow", `${count("update")} to update`),
    paint(look, "red", `${count("delete")} to delete`),
  ];
  return `${paint(look, "bold", "Plan:")} ${actions.join(", ")} · ${counted(kinds, "kind")}, ${counted(requests.length, "request")}\n`;
}
