import { getOwnField } from "../value/path.ts";
import { isNonEmptyList, isRecord } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import { maskLiveTexts } from "../kinds/mask-live-texts.ts";
import type { Change } from "../model/change.ts";
import type { Body, Json, Value, JsonObject } from "../model/value.ts";
import { findDifferences, isSameValue } from "../value/equal.ts";
import { isFieldImplied } from "../schema/implied.ts";
import { entityShape } from "../schema/shape.ts";
import { Secret } from "../secrets/secret.ts";
import { quoteItem } from "./printable.ts";
import { somePart } from "../value/walk.ts";

/** The text that replaces a secret in a report. */
const sensitive = "(sensitive)";

/** The text that replaces a new secret, so that the report shows that it changed. */
const sensitiveToo = "(sensitive, changed)";

/** One field that a change changes. An absent side means that the field is absent, or at its default. */
export interface FieldChange {
  readonly path: readonly string[];
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/**
 * The side of a change that the cluster holds, whose texts may reveal secrets; `none` if both were written in
 * files.
 */
export type LiveSide = "before" | "after" | "none";

/** Finds the fields that differ, for people: sets as lists, permissions by their patterns, secrets masked. */
export function findFieldChanges(change: Change, live: LiveSide): FieldChange[] {
  const shownSide = (side: "before" | "after", body: Body): Body =>
    side === live ? maskLiveTexts(change.kind, body) : body;
  const fields = findShownDifferences(
    change.action === "create" ? {} : shownSide("before", change.before),
    change.action === "delete" ? {} : shownSide("after", change.after),
    live,
  );
  if (change.action === "update") return fields;
  // A created or deleted entity is shown without the fields that mean the same as no value.
  const shape = entityShape(kinds[change.kind]);
  return fields.filter(
    ({ path: [name = ""], before, after }) => !isFieldImplied(shape, name, after ?? before),
  );
}

/** One side of a change. */
interface Side {
  /** The text for a secret that differs from the other side. */
  readonly mask: string;
  /** True if files declare it, so that it holds no secret but those that are marked. */
  readonly isDeclared: boolean;
}

function findShownDifferences(before: Body, after: Body, live: LiveSide): FieldChange[] {
  const old = toShownTree(before, after, { mask: sensitive, isDeclared: live === "after" });
  const wanted = toShownTree(after, before, { mask: sensitiveToo, isDeclared: live === "before" });
  return findDifferences(old, wanted);
}

/**
 * Returns the fields as they may be printed. `other` is the side to compare with, because a masked value
 * hides a difference.
 */
function toShownTree(body: Body, other: Body, side: Side): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, toShownValue(value, getOwnField(other, name), side)]),
  );
}

function toShownValue(value: Value, other: Value | undefined, side: Side): Json {
  if (value instanceof Secret || isHiddenBy(other, value, side)) return toShownSecret(value, other, side);
  if (Array.isArray(value)) {
    if (isNonEmptyList(value) && value.every(hasPatterns)) return groupByPatterns(value, other, side);
    return value.map((item, index) =>
      isRecord(item)
        ? toShownValue(item, Array.isArray(other) ? other[index] : undefined, side)
        : toShownItem(item, other, side),
    );
  }
  if (isRecord(value)) return toShownTree(value, isRecord(other) ? other : {}, side);
  return value;
}

/**
 * Returns true if a secret on the other side hides this value, because the value may be the secret. A
 * declared value is hidden only where it does not differ.
 */
function isHiddenBy(other: Value | undefined, value: Value, { isDeclared }: Side): boolean {
  return other instanceof Secret && (!isDeclared || isSameValue(value, other));
}

/** A secret item that the other side lacks is shown as `mask`, so that the report shows that it changed. */
function toShownItem(item: Value, other: Value | undefined, side: Side): Json {
  const isOnBothSides = Array.isArray(other) && other.some((one) => isSameValue(one, item));
  const isTold =
    item instanceof Secret && item.reference === undefined && other !== undefined && !isOnBothSides;
  if (isTold) return side.mask;
  return item instanceof Secret ? formatShown(item) : (JSON.parse(JSON.stringify(item)) as Json);
}

/** A placeholder is shown as in the file, so that a reviewer sees which variable a value comes from. */
function toShownSecret(value: Value, other: Value | undefined, side: Side): Json {
  if (isSameValue(value, other)) return sensitive;
  const text = other === undefined ? sensitive : side.mask;
  if (!(value instanceof Secret)) return text;
  const shown = formatReference(value);
  // The file declares a password, and the cluster gets its hash.
  return shown !== undefined && value.isPassword ? `hash of ${shown}` : (shown ?? text);
}

/** Groups permissions by their patterns, because permissions have no names. */
function groupByPatterns(items: readonly Value[], other: Value | undefined, side: Side): JsonObject {
  const counterparts = new Map(labelItems(Array.isArray(other) ? other : []));
  return Object.fromEntries(
    labelItems(items).map(([label, item]) => [label, toShownValue(item, counterparts.get(label), side)]),
  );
}

function hasPatterns(item: Value): boolean {
  return isRecord(item) && findPatterns(item) !== undefined;
}

function findPatterns(item: Body): Value | undefined {
  return Object.entries(item).find(([name]) => name.endsWith("_patterns"))?.[1];
}

function labelItems(items: readonly Value[]): [string, Value][] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const label = formatLabel(item);
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return [count === 1 ? label : `${label} #${count}`, item];
  });
}

function formatLabel(item: Value): string {
  const patterns = isRecord(item) ? findPatterns(item) : undefined;
  return `[${Array.isArray(patterns) ? patterns.map((one) => quoteItem(formatShown(one))).join(", ") : ""}]`;
}

function formatShown(value: Value): string {
  if (value instanceof Secret) return formatReference(value) ?? sensitive;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Returns the placeholder as in the file, and marks a placeholder without a value, because osac cannot
 * compare it.
 */
function formatReference({ reference, isKnown, facts }: Secret): string | undefined {
  if (reference === undefined || isKnown) return reference;
  return `${reference} (${facts.isOpen ? "not looked up" : "sensitive, not compared"})`;
}

/** Returns true if a value is empty: reports leave out such fields. */
export function isEmpty(value: Json | undefined): boolean {
  return !somePart(value ?? null, (part) =>
    Array.isArray(part) ? part.length > 0 : !isRecord(part) && part !== null && part !== "",
  );
}
