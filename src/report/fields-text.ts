import { isNonEmptyList, isRecord } from "../value/record.ts";
import type { Change } from "../model/change.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { isFieldImplied, isImplied, partShape } from "../schema/implied.ts";
import type { Shape } from "../schema/shape.ts";
import { formatItem, formatQuoted, formatValue, looksTyped, quoteItem } from "./printable.ts";
import { isEmpty, type FieldChange } from "./field-changes.ts";
import { measureWidth, applyStyle, type Theme } from "./theme.ts";

type Action = Change["action"];

const indent = "  ";

/** A subtree of the fields of a change. */
interface Place {
  /** The shape of the subtree; undefined within a free-form object. */
  readonly shape: Shape | undefined;
  readonly margin: string;
}

/**
 * Formats the changed fields of an entity as a tree: sets by their added and removed elements, the rest as
 * before and after.
 */
export function fieldsText(
  fields: readonly FieldChange[],
  action: Action,
  theme: Theme,
  { shape, margin = indent.repeat(3) }: Pick<Place, "shape"> & Partial<Place>,
): string {
  const groups = byFirstStep(fields);
  const width = measureWidth([...groups.keys()].map(labelText));
  return [...groups]
    .map(([name, inner]) => nodeText(name, inner, action, theme, { shape, margin, width }))
    .join("");
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
  { shape: parent, margin, width }: Place & { width: number },
): string {
  const label = labelText(name);
  const shape = partShape(parent, name);
  const whole = fields.find(({ path }) => path.length === 0);
  if (!whole)
    return `${margin}${label}\n${fieldsText(fields, action, theme, { shape, margin: margin + indent })}`;
  const tree = findTree(whole, shape);
  if (!tree) {
    const column = margin.length + width + indent.length;
    const text = valueText(whole, action, { shape, column, margin: margin + indent }, theme);
    return `${margin}${text.startsWith("\n") ? label : label.padEnd(width) + indent}${text}\n`;
  }
  const mark = action === "update" ? formatMark(tree, theme) : "";
  const inner = { shape, margin: margin + indent.repeat(mark === "" ? 1 : 2) };
  return `${margin}${mark}${label}\n${fieldsText(spreadFields(name, tree, shape), "create", theme, inner)}`;
}

/** Formats a label, in quotes if it could be read as another one or as a mark. */
function labelText(name: string): string {
  return /^$|^ | $|^"|^[+-] /.test(name) ? formatQuoted(name) : formatValue(name);
}

/** Returns the fields that were added or removed as a whole. Fields that replaced another value are neither. */
function findTree({ before, after }: FieldChange, shape: Shape | undefined): Tree | undefined {
  if (isRecord(after) && isEmpty(before)) return { side: "after", fields: after };
  return isRecord(before) && isImplied(shape, after) ? { side: "before", fields: before } : undefined;
}

/** The fields on the side of a change that has them. */
interface Tree {
  readonly side: "before" | "after";
  readonly fields: JsonObject;
}

/** Splits an added or removed field into its parts, without those that mean the same as no value. */
function spreadFields(label: string, { side, fields }: Tree, shape: Shape | undefined): FieldChange[] {
  return Object.entries(fields)
    .filter(([name, value]) => !isFieldImplied(shape, name, value) && !isRepeatedBy(label, name, value))
    .map(([name, value]) => ({ path: [name], [side]: value }));
}

/** Returns true if the label, which holds the patterns of a permission, repeats the value. */
function isRepeatedBy(label: string, name: string, value: Json): boolean {
  return (
    name.endsWith("_patterns") &&
    Array.isArray(value) &&
    label.startsWith(`[${value.map((item) => quoteItem(String(item))).join(", ")}]`)
  );
}

function formatMark({ side }: Tree, theme: Theme): string {
  return side === "before" ? applyStyle(theme, "red", "- ") : applyStyle(theme, "green", "+ ");
}

/** The position of a value: beside its label, or on lines of its own below it. */
interface Position extends Place {
  readonly column: number;
}

function valueText({ before, after }: FieldChange, action: Action, position: Position, theme: Theme): string {
  const { shape } = position;
  if (action === "create") return oneText(after ?? before, position, theme);
  if (isSetChange(before, after, shape)) return setText(before, after, position, theme);
  if (before === undefined || (isEmpty(before) && !isEmpty(after))) return oneText(after, position, theme);
  return pairText(before, after, position, theme);
}

/**
 * Returns true if the elements tell the change. They do not where an empty list differs from an absent one.
 */
function isSetChange(before: Json | undefined, after: Json | undefined, shape: Shape | undefined): boolean {
  if (!Array.isArray(after ?? before) || !Array.isArray(before ?? after)) return false;
  return isNonEmptyList(after) || (isNonEmptyList(before) && isImplied(shape, []));
}

function pairText(before: Json, after: Json | undefined, position: Position, theme: Theme): string {
  const isDefault = isImplied(position.shape, after);
  const wanted = isDefault ? "(default)" : applyStyle(theme, "green", oneText(after, position, theme));
  return `${applyStyle(theme, "red", oneText(before, position, theme))} → ${wanted}`;
}

/**
 * Formats added and removed elements, a single one beside the label. Other elements are shown only if their
 * position changed.
 */
function setText(
  before: Json | undefined,
  after: Json | undefined,
  position: Position,
  theme: Theme,
): string {
  const [old, wanted] = [readItems(before), readItems(after)];
  const [gone, come] = [listWithout(old, wanted), listWithout(wanted, old)];
  const marks = [
    ...gone.map(({ text }) => applyStyle(theme, "red", `- ${text}`)),
    ...come.map(({ text }) => applyStyle(theme, "green", `+ ${text}`)),
  ];
  if (marks.length === 0 || formatKeys(listWithout(old, gone)) !== formatKeys(listWithout(wanted, come)))
    return `${before === undefined ? "" : `${oneText(before, position, theme)} → `}${oneText(after, position, theme)}`;
  return marks.length === 1 ? marks.join("") : marks.map((mark) => `\n${position.margin}${mark}`).join("");
}

function formatKeys(items: readonly Item[]): string {
  return JSON.stringify(items.map(({ key }) => key));
}

function oneText(value: Json | undefined, { shape, column }: Position, theme: Theme): string {
  if (!Array.isArray(value)) return scalarText(value, shape);
  const items = readItems(value).map(({ text }) => text);
  const line = `[${items.join(", ")}]`;
  return items.length < 2 || column + line.length <= theme.width
    ? line
    : items.join(`\n${" ".repeat(column)}`);
}

/**
 * Formats a text so that it differs from the words of the report, from two texts, and from values of other
 * types that the field may have.
 */
function scalarText(value: Json | undefined, shape: Shape | undefined): string {
  if (typeof value !== "string") return formatValue(JSON.stringify(value));
  const isOfOneType = shape?.type === "string";
  const isPlain = !value.includes("→") && !/^$|^\(default\)$|^"/.test(value) && !looksTyped(value);
  return isPlain && (isOfOneType || !/^[[{]|^[+-] /.test(value)) ? formatValue(value) : formatQuoted(value);
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
