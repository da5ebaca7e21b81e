import { isFields } from "../kinds/canonical.ts";
import type { Change, Json, Listed, Plan } from "../model.ts";
import { counted, printable } from "./findings.ts";
import { fieldChanges, isEmpty, type FieldChange } from "./fields.ts";
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
  return [headingText(plan, heading, look), changesText(plan.changes, look, heading.note), listsText(plan, heading, look), summaryText(plan, heading, look)]
    .filter((part) => part !== "")
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
export function changesText(changes: readonly Change[], look: Look, note?: Heading["note"]): string {
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const entities = Object.keys(signs).flatMap((action) =>
        changes.filter((change) => change.kind === kind && change.action === action),
      );
      return `${paint(look, "bold", kind)}\n${entities.map((change) => changeText(change, look, note?.(change))).join("")}`;
    })
    .join("");
}

function changeText(change: Change, look: Look, note?: string): string {
  const { sign, style } = signs[change.action];
  const name = printable(change.name === "" ? '""' : change.name);
  const place = change.at ? paint(look, "dim", `${change.at.file}:${change.at.line}`) : "";
  const room = Math.max(2, placeColumn - indent.length - sign.length - 1 - name.length);
  const said = note === undefined ? "" : `${indent}${paint(look, "bold", note)}`;
  const line = `${indent}${paint(look, style, `${sign} ${name}`)}${(place || said) && " ".repeat(room)}${place}${said}\n`;
  return change.action === "delete" ? line : line + fieldsText(fieldChanges(change), change.action, look);
}

function fieldsText(fields: readonly FieldChange[], action: Change["action"], look: Look): string {
  const tree = new Map<string, FieldChange[]>();
  for (const field of fields) {
    const [first = ""] = field.path;
    tree.set(first, [...(tree.get(first) ?? []), { ...field, path: field.path.slice(1) }]);
  }
  return levelText(tree, indent.repeat(3), action, look);
}

function levelText(level: Map<string, FieldChange[]>, margin: string, action: Change["action"], look: Look): string {
  const width = Math.max(...[...level.keys()].map((name) => name.length), 0);
  return [...level].map(([name, fields]) => nodeText(name, fields, margin, width, action, look)).join("");
}

function nodeText(name: string, fields: readonly FieldChange[], margin: string, width: number, action: Change["action"], look: Look): string {
  const [only] = fields;
  const label = printable(name);
  if (fields.length === 1 && only!.path.length === 0 && !isTree(only!)) {
    return `${margin}${label.padEnd(width)}${indent}${valueText(only!, action, margin.length + width + 2, look)}\n`;
  }
  const whole = fields.length === 1 && only!.path.length === 0;
  const mark = whole && action === "update" ? markOf(only!, look) : "";
  const inner = new Map<string, FieldChange[]>();
  for (const field of whole ? spread(only!) : fields) {
    const [first = ""] = field.path;
    inner.set(first, [...(inner.get(first) ?? []), { ...field, path: field.path.slice(1) }]);
  }
  return `${margin}${mark}${label}\n${levelText(inner, margin + indent, whole ? "create" : action, look)}`;
}

function isTree({ before, after }: FieldChange): boolean {
  return isFields(after ?? before);
}

/** A field that came or went whole, as its parts. */
function spread({ before, after }: FieldChange): FieldChange[] {
  return Object.entries((after ?? before) as { [key: string]: Json })
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => ({ path: [name], ...(after === undefined ? { before: value } : { after: value }) }));
}

function markOf({ before, after }: FieldChange, look: Look): string {
  if (before === undefined) return paint(look, "green", "+ ");
  return after === undefined ? paint(look, "red", "- ") : "";
}

function valueText({ before, after }: FieldChange, action: Change["action"], margin: number, look: Look): string {
  if (action === "create") return oneText(after ?? before, margin, look);
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before)) return setText(before, after, margin, look);
  if (isEmpty(before)) return oneText(after, margin, look);
  return `${paint(look, "red", oneText(before, margin, look))} → ${isEmpty(after) ? "(default)" : paint(look, "green", oneText(after, margin, look))}`;
}

/** Elements of a set that come and go; what stays is not shown. */
function setText(before: Json | undefined, after: Json | undefined, margin: number, look: Look): string {
  const [old, wanted] = [listOf(before), listOf(after)];
  const marks = [
    ...old.filter((item) => !wanted.includes(item)).map((item) => paint(look, "red", `- ${printable(item)}`)),
    ...wanted.filter((item) => !old.includes(item)).map((item) => paint(look, "green", `+ ${printable(item)}`)),
  ];
  return marks.join(`\n${" ".repeat(margin)}`);
}

function oneText(value: Json | undefined, margin: number, look: Look): string {
  if (!Array.isArray(value)) return printable(typeof value === "string" ? value : JSON.stringify(value));
  const items = listOf(value).map(printable);
  const line = `[${items.join(", ")}]`;
  return margin + line.length <= look.width ? line : items.join(`\n${" ".repeat(margin)}`);
}

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : JSON.stringify(item))) : [];
}

function listsText(plan: Plan, { isVerbose }: Heading, look: Look): string {
  const lists: [string, readonly Listed[]][] = [
    ["unmanaged", plan.unmanaged],
    ["skipped", plan.skipped],
    ["unverified", plan.unverified],
  ];
  const named = lists.filter(([, items]) => items.length > 0);
  if (!isVerbose) return named.length === 0 ? "" : `${named.map(([label, items]) => `${label}: ${countsByKind(items)}`).join(" · ")}\n`;
  return named.map(([label, items]) => `${paint(look, "bold", label)}\n${items.map(listedText).join("")}`).join("");
}

function listedText({ kind, name, reason }: Listed): string {
  return `${indent}${kind}/${printable(name)} (${reason})\n`;
}

function countsByKind(items: readonly Listed[]): string {
  return tally(items.map(({ kind }) => kind));
}

function summaryText({ changes, requests }: Plan, { note, command }: Heading, look: Look): string {
  if (changes.length === 0) return `${paint(look, "green", command === "drift" ? "No drift." : "No changes.")} The cluster is as the files say.\n`;
  if (note) return `${paint(look, "bold", "Drift:")} ${tally(changes.map(note))}\n`;
  const count = (action: Change["action"]): number => changes.filter((change) => change.action === action).length;
  const kinds = new Set(changes.map(({ kind }) => kind)).size;
  const actions = [
    paint(look, "green", `${count("create")} to create`),
    paint(look, "yellow", `${count("update")} to update`),
    paint(look, "red", `${count("delete")} to delete`),
  ];
  return `${paint(look, "bold", "Plan:")} ${actions.join(", ")} · ${counted(kinds, "kind")}, ${counted(requests.length, "request")}\n`;
}

/** `2 not yet applied, 1 differs`, the order as first met. */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}
