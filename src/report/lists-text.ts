import { formatAddress } from "../kinds/address.ts";
import { kinds } from "../kinds/index.ts";
import { redact } from "../secrets/redact.ts";
import type { KindName } from "../model/kind-name.ts";
import type { EntityNote, Plan } from "../model/plan.ts";
import { formatQuantity } from "./findings-text.ts";
import { notComparedText } from "./not-compared-text.ts";
import { formatItem, formatValue } from "./printable.ts";
import { applyStyle, type Theme } from "./theme.ts";

const indent = "  ";

/**
 * Counts the entities that are not changed, by reason: unmanaged ones in total, the rest by resource type, in
 * one line if there is room.
 */
export function countsText(plan: Plan, theme: Theme, arePasswordsTried = false): string {
  const { unmanaged } = plan;
  const counts = makeLists({ ...plan, unmanaged: [], unverified: [] }).map(({ label, items, hint }) => {
    const more = hint === "" ? "" : ` (${hint}; -v lists them)`;
    return `${label}: ${countsByKind(items)}${more}`;
  });
  const line = counts.join(" · ");
  const text = counts.length === 0 ? "" : `${line.length <= theme.width ? line : counts.join("\n")}\n`;
  return unmanagedCount(unmanaged.length) + text + notComparedText(plan, arePasswordsTried);
}

function unmanagedCount(count: number): string {
  if (count === 0) return "";
  const [exist, them] = count === 1 ? ["exists", "it"] : ["exist", "them"];
  return `unmanaged: ${formatQuantity(count, "entity")} ${exist} in the cluster but not in these files (left alone; -v lists ${them})\n`;
}

/** Lists the unmanaged entities with the permissions that they grant. Drift always shows this list. */
export function unmanagedText({ unmanaged }: Plan, theme: Theme): string {
  if (unmanaged.length === 0) return "";
  const lines = unmanaged.map(({ kind, name, grants }) => {
    const address = `${kind}/${formatItem(name)}`;
    const given = grants === undefined ? "" : grantsText(grants);
    const start = `${indent}${address}${given && " ".repeat(Math.max(2, grantsColumn - address.length))}`;
    return `${start}${given}\n`;
  });
  return `${applyStyle(theme, "bold", unmanagedTitle)}\n${lines.join("")}`;
}

const unmanagedTitle = "unmanaged: in the cluster, but not in these files";

/** The column of the permissions that an unmanaged entity grants, if the name leaves room. */
const grantsColumn = 30;

function grantsText(grants: string): string {
  return formatValue(redact(grants));
}

/** Lists the entities that are not changed by name. */
export function namesText(plan: Plan, theme: Theme, arePasswordsTried = false): string {
  const lists = makeLists(plan).map(({ label, items, hint }) => {
    const title = `${applyStyle(theme, "bold", label)}${hint === "" ? "" : applyStyle(theme, "dim", ` (${hint})`)}`;
    return `${title}\n${items.map(listedText).join("")}`;
  });
  return lists.join("") + notComparedText(plan, arePasswordsTried);
}

/** Counts the entities of a list, which has one item for each field of an entity. */
export function entitiesIn(items: readonly EntityNote[]): number {
  return new Set(items.map(formatAddress)).size;
}

interface List {
  readonly label: string;
  readonly items: readonly EntityNote[];
  /** The hint that follows the list. */
  readonly hint: string;
}

function makeLists({ unmanaged, skipped, ignored, unverified }: Plan): List[] {
  return [
    { label: unmanagedTitle, items: unmanaged, hint: "" },
    { label: "skipped", items: skipped, hint: skippedHint(skipped) },
    { label: "ignored", items: ignored, hint: "" },
    { label: "unverified", items: unverified, hint: "" },
  ].filter(({ items }) => items.length > 0);
}

function skippedHint(skipped: readonly EntityNote[]): string {
  const count = skipped.filter(({ differs }) => differs).length;
  return count === 0 ? "" : `${count} ${count === 1 ? "differs" : "differ"} from the files`;
}

function listedText({ kind, name, reason, differs, grants }: EntityNote): string {
  const why = differs ? `${reason}, differs from the files` : reason;
  const given = grants === undefined ? "" : `: ${grantsText(grants)}`;
  return `${indent}${kind}/${formatItem(name)} (${formatValue(why)})${given}\n`;
}

function countsByKind(items: readonly EntityNote[]): string {
  const names = new Map<KindName, Set<string>>();
  for (const { kind, name } of items) names.set(kind, (names.get(kind) ?? new Set()).add(name));
  return [...names]
    .map(([kind, { size }]) => `${size} ${kinds[kind].label}${size === 1 ? "" : "s"}`)
    .join(", ");
}
