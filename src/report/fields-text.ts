import { isRecord } from "../value/record.ts";
import type { Change } from "../model/change.ts";
import type { Json } from "../model/value.ts";
import { formatItem, formatValue, looksTyped, quoteItem } from "./printable.ts";
import { isEmpty, type FieldChange } from "./field-changes.ts";
import { measureWidth, applyStyle, type Theme } from "./theme.ts";

type Action = Change["action"];

const indent = "  ";

/**
 * Formats the changed fields as a tree: sets by their added and removed elements, the rest as before and
 * after.
 */
export function fieldsText(
  fields: readonly FieldChange[],
  action: Action,
  theme: Theme,
  margin: string = indent.repeat(3),
): string {
  const groups = byFirstStep(fields);
  const width = measureWidth([...groups.keys()].map(labelText));
  return [...groups].map(([name, inner]) => nodeText(name, inner, action, theme, { margin, width })).join("");
}

/** Groups the fields by the first step of their paths, and removes that step. */
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
  theme: Theme,
  { margin, width }: { margin: string; width: number },
): string {
  const label = labelText(name);
  const whole = fields.find(({ path }) => path.length === 0);
  if (!whole) return `${margin}${label}\n${fieldsText(fields, action, theme, margin + indent)}`;
  if (!isTree(whole)) {
    const column = margin.length + width + indent.length;
    const text = valueText(whole, action, { column, margin: margin + indent }, theme);
    return `${margin}${text.startsWith("\n") ? label : label.padEnd(width) + indent}${text}\n`;
  }
  const mark = action === "update" ? formatMark(whole, theme) : "";
  const inner = margin + indent.repeat(mark === "" ? 1 : 2);
  return `${margin}${mark}${label}\n${fieldsText(spreadFields(name, whole), "create", theme, inner)}`;
}

/** Formats a label; an empty name is shown as well. */
function labelText(name: string): string {
  return name === "" ? '""' : formatValue(name);
}

/** Returns true if fields were added or removed. If they replaced another value, they are its new value. */
function isTree({ before, after }: FieldChange): boolean {
  return isRecord(after) ? isEmpty(before) : after === undefined && isRecord(before);
}

/** Splits an added or removed field into its parts. */
function spreadFields(label: string, { before, after }: FieldChange): FieldChange[] {
  return Object.entries((after ?? before) as { [key: string]: Json })
    .filter(([name, value]) => !isEmpty(value) && !isRepeatedBy(label, name, value))
    .map(([name, value]) => ({ path: [name], [after === undefined ? "before" : "after"]: value }));
}

/** Returns true if the label, which holds the patterns of a permission, repeats the value. */
function isRepeatedBy(label: string, name: string, value: Json): boolean {
  return (
    name.endsWith("_patterns") &&
    Array.isArray(value) &&
    label.startsWith(`[${value.map((item) => quoteItem(String(item))).join(", ")}]`)
  );
}

function formatMark({ after }: FieldChange, theme: Theme): string {
  return after === undefined ? applyStyle(theme, "red", "- ") : applyStyle(theme, "green", "+ ");
}

/** The position of a value: beside its label, or on lines of its own below it. */
interface Position {
  readonly column: number;
  readonly margin: string;
}

function valueText({ before, after }: FieldChange, action: Action, position: Position, theme: Theme): string {
  const { column } = position;
  if (action === "create") return oneText(after ?? before, column, theme);
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before))
    return setText(before, after, position, theme);
  if (before === undefined || (isEmpty(before) && !isEmpty(after))) return oneText(after, column, theme);
  return pairText(before, after, column, theme);
}

function pairText(before: Json, after: Json | undefined, column: number, theme: Theme): string {
  const wanted = isEmpty(after) ? "(default)" : applyStyle(theme, "green", oneText(after, column, theme));
  return `${applyStyle(theme, "red", oneText(before, column, theme))} → ${wanted}`;
}

/**
 * Formats added and removed elements, a single one beside the label. Other elements are shown only if their
 * position changed.
 */
function setText(
  before: Json | undefined,
  after: Json | undefined,
  { column, margin }: Position,
  theme: Theme,
): string {
  const [old, wanted] = [readItems(before), readItems(after)];
  const [gone, come] = [listWithout(old, wanted), listWithout(wanted, old)];
  const marks = [
    ...gone.map(({ text }) => applyStyle(theme, "red", `- ${text}`)),
    ...come.map(({ text }) => applyStyle(theme, "green", `+ ${text}`)),
  ];
  if (marks.length === 0 || formatKeys(listWithout(old, gone)) !== formatKeys(listWithout(wanted, come)))
    return `${before === undefined ? "" : `${oneText(before, column, theme)} → `}${oneText(after, column, theme)}`;
  return marks.length === 1 ? marks.join("") : marks.map((mark) => `\n${margin}${mark}`).join("");
}

function formatKeys(items: readonly Item[]): string {
  return JSON.stringify(items.map(({ key }) => key));
}

function oneText(value: Json | undefined, margin: number, theme: Theme): string {
  if (!Array.isArray(value)) return scalarText(value);
  const items = readItems(value).map(({ text }) => text);
  const line = `[${items.join(", ")}]`;
  return margin + line.length <= theme.width ? line : items.join(`\n${" ".repeat(margin)}`);
}

/** Formats a text so that it differs from the words of the report, from two texts, and from other types. */
function scalarText(value: Json | undefined): string {
  if (typeof value !== "string") return formatValue(JSON.stringify(value));
  return value.includes("→") || /^(?:\(default\))?$/.test(value) || looksTyped(value)
    ? formatItem(value)
    : formatValue(value);
}

interface Item {
  readonly key: string;
  readonly text: string;
}

function listWithout(items: readonly Item[], others: readonly Item[]): Item[] {
  const keys = new Set(others.map(({ key }) => key));
  return items.filter(({ key }) => !keys.has(key));
}

/** Returns the items of a list as they are shown, each with a key that identifies it. */
function readItems(value: Json | undefined): Item[] {
  const items = Array.isArray(value) ? value : [];
  return items.map((item) => {
    const key = JSON.stringify(item);
    return { key, text: typeof item === "string" ? formatItem(item) : formatValue(key) };
  });
}
