import { addressOf } from "../kinds/address.ts";
import { hidden } from "../hidden.ts";
import type { KindName, Listed, Plan } from "../model.ts";
import { counted } from "./findings.ts";
import { notComparedText } from "./not-compared-text.ts";
import { formatItem, formatValue } from "./printable.ts";
import { paint, type Look } from "./terminal.ts";

const indent = "  ";

/** What is not changed and why, counted: the unmanaged as a whole, the rest by kind, in one line where there is room. */
export function countsText(plan: Plan, look: Look, arePasswordsTried = false): string {
  const { unmanaged } = plan;
  const counts = listsOf({ ...plan, unmanaged: [], unverified: [] }).map(({ label, items, hint }) => {
    const more = hint === "" ? "" : ` (${hint}; -v names them)`;
    return `${label}: ${countsByKind(items)}${more}`;
  });
  const line = counts.join(" · ");
  const text = counts.length === 0 ? "" : `${line.length <= look.width ? line : counts.join("\n")}\n`;
  return unmanagedCount(unmanaged.length) + text + notComparedText(plan, arePasswordsTried);
}

function unmanagedCount(count: number): string {
  if (count === 0) return "";
  const [exist, them] = count === 1 ? ["exists", "it"] : ["exist", "them"];
  return `unmanaged: ${counted(count, "entity")} ${exist} in the cluster but not in these files (left alone; -v lists ${them})\n`;
}

/** Unmanaged entities by name with what they give, which drift tells without being asked. */
export function unmanagedText({ unmanaged }: Plan, look: Look): string {
  if (unmanaged.length === 0) return "";
  const lines = unmanaged.map(({ kind, name, grants }) => {
    const address = `${kind}/${formatItem(name)}`;
    const given = grants === undefined ? "" : grantsText(grants);
    const start = `${indent}${address}${given && " ".repeat(Math.max(2, grantsColumn - address.length))}`;
    return `${start}${given}\n`;
  });
  return `${paint(look, "bold", unmanagedTitle)}\n${lines.join("")}`;
}

const unmanagedTitle = "unmanaged: in the cluster, but not in these files";

/** Column at which it stands what an unmanaged entity gives, where the name leaves room. */
const grantsColumn = 30;

function grantsText(grants: string): string {
  return formatValue(hidden(grants));
}

/** The same by name. */
export function namesText(plan: Plan, look: Look, arePasswordsTried = false): string {
  const lists = listsOf(plan).map(({ label, items, hint }) => {
    const title = `${paint(look, "bold", label)}${hint === "" ? "" : paint(look, "dim", ` (${hint})`)}`;
    return `${title}\n${items.map(listedText).join("")}`;
  });
  return lists.join("") + notComparedText(plan, arePasswordsTried);
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
    { label: unmanagedTitle, items: unmanaged, hint: "" },
    { label: "skipped", items: skipped, hint: skippedHint(skipped) },
    { label: "ignored", items: ignored, hint: "" },
    { label: "unverified", items: unverified, hint: "" },
  ].filter(({ items }) => items.length > 0);
}

function skippedHint(skipped: readonly Listed[]): string {
  const count = skipped.filter(({ differs }) => differs).length;
  return count === 0 ? "" : `${count} ${count === 1 ? "differs" : "differ"} from the files`;
}

function listedText({ kind, name, reason, differs, grants }: Listed): string {
  const why = differs ? `${reason}, differs from the files` : reason;
  const given = grants === undefined ? "" : `: ${grantsText(grants)}`;
  return `${indent}${kind}/${formatItem(name)} (${formatValue(why)})${given}\n`;
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
