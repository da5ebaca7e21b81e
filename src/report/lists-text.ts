import { addressOf } from "../kinds/address.ts";
import type { KindName, Listed, Plan } from "../model.ts";
import { notComparedText } from "./not-compared-text.ts";
import { formatItem, formatValue } from "./printable.ts";
import { paint, type Look } from "./terminal.ts";

const indent = "  ";

/** What is not changed and why, counted by kind: in one line where there is room. */
export function countsText(plan: Plan, look: Look): string {
  const counts = listsOf({ ...plan, unverified: [] }).map(({ label, items, hint }) => {
    const more = hint === "" ? "" : ` (${hint}; -v names them)`;
    return `${label}: ${countsByKind(items)}${more}`;
  });
  const line = counts.join(" · ");
  const text = counts.length === 0 ? "" : `${line.length <= look.width ? line : counts.join("\n")}\n`;
  return text + notComparedText(plan.unverified);
}

/** The same by name. */
export function namesText(plan: Plan, look: Look): string {
  const lists = listsOf(plan).map(({ label, items, hint }) => {
    const title = `${paint(look, "bold", label)}${hint === "" ? "" : paint(look, "dim", ` (${hint})`)}`;
    return `${title}\n${items.map(listedText).join("")}`;
  });
  return lists.join("") + notComparedText(plan.unverified);
}

/** How many entities are listed: each is once for each of its fields. */
export function entitiesIn(items: readonly Listed[]): number {
  return new Set(items.map(addressOf)).size;
}

interface List {
  readonly label: string;
  readonly items: readonly Listed[];
  /** What could become of them. */
  readonly hint: string;
}

function listsOf({ unmanaged, skipped, ignored, unverified }: Plan): List[] {
  return [
    { label: "unmanaged", items: unmanaged, hint: pruneHint(unmanaged) },
    { label: "skipped", items: skipped, hint: skippedHint(skipped) },
    { label: "ignored", items: ignored, hint: "" },
    { label: "unverified", items: unverified, hint: "" },
  ].filter(({ items }) => items.length > 0);
}

/** What pruning would do where it is off, or more of it where it is not. */
function pruneHint(unmanaged: readonly Listed[]): string {
  const count = unmanaged.filter(({ prunable }) => prunable).length;
  if (count === 0) return "";
  return `--prune KIND=all would delete ${count === unmanaged.length ? (count === 1 ? "it" : "them") : `${count} of them`}`;
}

function skippedHint(skipped: readonly Listed[]): string {
  const count = skipped.filter(({ differs }) => differs).length;
  return count === 0 ? "" : `${count} ${count === 1 ? "is" : "are"} not as the files say`;
}

function listedText({ kind, name, reason, differs }: Listed): string {
  const why = differs ? `${reason}, and not as the files say` : reason;
  return `${indent}${kind}/${formatItem(name)} (${formatValue(why)})\n`;
}

/** What one entity of a kind is called. */
const singular: Readonly<Record<KindName, string>> = {
  tenants: "tenant",
  actiongroups: "action group",
  roles: "role",
  rolesmapping: "role mapping",
  internalusers: "user",
  config: "config",
  audit: "audit",
  nodesdn: "nodes DN",
  allowlist: "allowlist",
};

function countsByKind(items: readonly Listed[]): string {
  const names = new Map<KindName, Set<string>>();
  for (const { kind, name } of items) names.set(kind, (names.get(kind) ?? new Set()).add(name));
  return [...names].map(([kind, { size }]) => `${size} ${singular[kind]}${size === 1 ? "" : "s"}`).join(", ");
}
