import { isFields } from "../kinds/canonical.ts";
import type { Change, Json, KindName, Listed, Plan, Review } from "../model.ts";
import { counted, printable } from "./findings.ts";
import { fieldChanges, isEmpty, maskOf, type FieldChange, type Mask } from "./fields.ts";
import { reviewedSummary, staleSections, staleSummary } from "./review.ts";
import { paint, type Look, type Style } from "./terminal.ts";

const signs: Readonly<Record<Change["action"], { sign: string; style: Style }>> = {
  delete: { sign: "-", style: "red" },
  update: { sign: "~", style: "yellow" },
  create: { sign: "+", style: "green" },
};

const indent = "  ";

/** Column at which the place of a declaration stands, where the name leaves room. */
const placeColumn = 45;

/** What a plan is called, and how long it took. */
export interface Heading {
  readonly command: string;
  readonly seconds: number;
  readonly isVerbose: boolean;
  /** What to say of a change beside its name. */
  readonly note?: (change: Change) => string;
}

/** A plan for people: one line an entity, its fields below, the danger first within each kind, a summary last. */
export function planText(plan: Plan, heading: Heading, look: Look): string {
  const parts = plan.review?.stale
    ? [staleText(plan, plan.review, look), staleSummary(plan.review, look)]
    : [
        changesText(plan, look, heading.note),
        listsText(plan, heading, look),
        summaryText(plan, heading, look),
      ];
  return [headingText(plan, heading, look), ...parts].filter((part) => part !== "").join("\n");
}

/** What a reviewed plan saw beside what is there now, in place of changes that are not made. */
export function staleText(plan: Plan, review: Review, look: Look): string {
  return staleSections(review)
    .map(({ title, changes }) => `${paint(look, "bold", title)}\n${changesText({ ...plan, changes }, look)}`)
    .join("\n");
}

function headingText({ cluster, kinds, compared }: Plan, { command, seconds }: Heading, look: Look): string {
  const { major, minor, patch } = cluster.version;
  const version = cluster.isVersionGuessed ? "version unknown" : `${major}.${minor}.${patch}`;
  const name = `cluster ${cluster.name ?? "(name unknown)"} (${version})`;
  const actor = cluster.adminDn === undefined ? "" : ` · acting as certificate ${cluster.adminDn}`;
  const size = `${counted(kinds.length, "kind")}, ${counted(compared, "entity")} compared in ${seconds.toFixed(1)} s`;
  return `${paint(look, "bold", `osac ${command}`)} · ${printable(name + actor)} · ${size}\n`;
}

/** The changes of a plan, grouped by kind. */
export function changesText({ changes, secrets }: Plan, look: Look, note?: Heading["note"]): string {
  const mask = maskOf(secrets);
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const entities = Object.keys(signs).flatMap((action) =>
        changes.filter((change) => change.kind === kind && change.action === action),
      );
      return `${paint(look, "bold", kind)}\n${entities.map((change) => changeText(change, mask, look, note?.(change))).join("")}`;
    })
    .join("");
}

function changeText(change: Change, mask: Mask, look: Look, note?: string): string {
  const { sign, style } = signs[change.action];
  const name = printable(change.name === "" ? '""' : change.name);
  const place = paint(look, "dim", whereOf(change));
  const room = Math.max(2, placeColumn - indent.length - sign.length - 1 - name.length);
  const said = note === undefined ? "" : `${indent}${paint(look, "bold", note)}`;
  const line = `${indent}${paint(look, style, `${sign} ${name}`)}${(place || said) && " ".repeat(room)}${place}${said}\n`;
  return change.action === "delete"
    ? line
    : line + fieldsText(fieldChanges(change, mask), change.action, look);
}

/** Where a change comes from: a line of a file, or the commit that took the entity out of it. */
function whereOf(change: Change): string {
  if (change.at) return `${change.at.file}:${change.at.line}`;
  if (change.action !== "delete") return "";
  return change.declaredUntil === undefined
    ? "(no file declares it)"
    : `(declared until ${change.declaredUntil})`;
}

type Action = Change["action"];

function fieldsText(
  fields: readonly FieldChange[],
  action: Action,
  look: Look,
  margin: string = indent.repeat(3),
): string {
  const groups = byFirstStep(fields);
  const width = Math.max(...[...groups.keys()].map((name) => printable(name).length), 0);
  return [...groups].map(([name, inner]) => nodeText(name, inner, action, look, { margin, width })).join("");
}

/** The fields by the first step of their paths, without it. */
function byFirstStep(fields: readonly FieldChange[]): Map<string, FieldChange[]> {
  const groups = new Map<string, FieldChange[]>();
  for (const field of fields) {
    const [first = "", ...path] = field.path;
    groups.set(first, [...(groups.get(first) ?? []), { ...field, path }]);
  }
  return groups;
}

function nodeText(
  name: string,
  fields: readonly FieldChange[],
  action: Action,
  look: Look,
  { margin, width }: { margin: string; width: number },
): string {
  const label = printable(name);
  const whole = fields.find(({ path }) => path.length === 0);
  if (!whole) return `${margin}${label}\n${fieldsText(fields, action, look, margin + indent)}`;
  if (!isTree(whole)) {
    const column = margin.length + width + indent.length;
    const text = valueText(whole, action, { column, margin: margin + indent }, look);
    return `${margin}${text.startsWith("\n") ? label : label.padEnd(width) + indent}${text}\n`;
  }
  const mark = action === "update" ? markOf(whole, look) : "";
  const inner = margin + indent.repeat(mark === "" ? 1 : 2);
  return `${margin}${mark}${label}\n${fieldsText(spread(name, whole), "create", look, inner)}`;
}

function isTree({ before, after }: FieldChange): boolean {
  return isFields(after ?? before);
}

/** A field that came or went whole, as its parts. */
function spread(label: string, { before, after }: FieldChange): FieldChange[] {
  return Object.entries((after ?? before) as { [key: string]: Json })
    .filter(([name, value]) => !isEmpty(value) && !isSaidBy(label, name, value))
    .map(([name, value]) => ({
      path: [name],
      ...(after === undefined ? { before: value } : { after: value }),
    }));
}

/** A permission is labelled with its patterns: they need not be said twice. */
function isSaidBy(label: string, name: string, value: Json): boolean {
  return name.endsWith("_patterns") && Array.isArray(value) && label.startsWith(`[${value.join(", ")}]`);
}

function markOf({ before, after }: FieldChange, look: Look): string {
  if (isEmpty(before)) return paint(look, "green", "+ ");
  return isEmpty(after) ? paint(look, "red", "- ") : "";
}

/** Where a value begins: beside its label, or on lines of its own below it. */
interface Position {
  readonly column: number;
  readonly margin: string;
}

function valueText({ before, after }: FieldChange, action: Action, position: Position, look: Look): string {
  const { column } = position;
  if (action === "create") return oneText(after ?? before, column, look);
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before))
    return setText(before, after, position, look);
  if (isEmpty(before)) return oneText(after, column, look);
  return `${paint(look, "red", oneText(before, column, look))} → ${isEmpty(after) ? "(default)" : paint(look, "green", oneText(after, column, look))}`;
}

/** Elements of a set that come and go, a single one beside the label; what stays is not shown. */
function setText(
  before: Json | undefined,
  after: Json | undefined,
  { margin }: Position,
  look: Look,
): string {
  const [old, wanted] = [listOf(before), listOf(after)];
  const marks = [
    ...old.filter((item) => !wanted.includes(item)).map((item) => paint(look, "red", `- ${printable(item)}`)),
    ...wanted
      .filter((item) => !old.includes(item))
      .map((item) => paint(look, "green", `+ ${printable(item)}`)),
  ];
  return marks.length === 1 ? marks.join("") : marks.map((mark) => `\n${margin}${mark}`).join("");
}

function oneText(value: Json | undefined, margin: number, look: Look): string {
  if (!Array.isArray(value)) return printable(typeof value === "string" ? value : JSON.stringify(value));
  const items = listOf(value).map(printable);
  const line = `[${items.join(", ")}]`;
  return margin + line.length <= look.width ? line : items.join(`\n${" ".repeat(margin)}`);
}

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value)
    ? value.map((item) => (typeof item === "string" ? item : JSON.stringify(item)))
    : [];
}

function listsText(plan: Plan, { isVerbose }: Heading, look: Look): string {
  const lists: [string, readonly Listed[]][] = [
    ["unmanaged", plan.unmanaged],
    ["skipped", plan.skipped],
    ["ignored", plan.ignored],
    ["unverified", plan.unverified],
  ];
  const named = lists.filter(([, items]) => items.length > 0);
  if (!isVerbose)
    return named.length === 0
      ? ""
      : `${named.map(([label, items]) => `${label}: ${countsByKind(items)}`).join(" · ")}\n`;
  return named
    .map(([label, items]) => `${paint(look, "bold", label)}\n${items.map(listedText).join("")}`)
    .join("");
}

function listedText({ kind, name, reason }: Listed): string {
  return `${indent}${kind}/${printable(name)} (${reason})\n`;
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

function summaryText(plan: Plan, { note, command }: Heading, look: Look): string {
  const { changes, requests } = plan;
  if (changes.length === 0 && plan.review) return `${reviewedSummary(plan.review, look)}\n`;
  if (changes.length === 0) {
    const nothing = paint(look, "green", command === "drift" ? "No drift." : "No changes.");
    return `${nothing} The cluster is as the files say${isAllSeen(plan) ? "" : ", as far as the caller can see"}.\n`;
  }
  if (note) return `${paint(look, "bold", "Drift:")} ${tally(changes.map(note))}\n`;
  const count = (action: Action): number => changes.filter((change) => change.action === action).length;
  const kinds = new Set(changes.map(({ kind }) => kind)).size;
  const actions = [
    paint(look, "green", `${count("create")} to create`),
    paint(look, "yellow", `${count("update")} to update`),
    paint(look, "red", `${count("delete")} to delete`),
  ];
  return `${paint(look, "bold", "Plan:")} ${actions.join(", ")} · ${counted(kinds, "kind")}, ${counted(requests.length, "request")}\n`;
}

function isAllSeen({ unverified, findings }: Plan): boolean {
  return unverified.length === 0 && findings.every(({ code }) => code !== "not-compared");
}

/** `2 not yet applied, 1 differs`, the order as first met. */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}
