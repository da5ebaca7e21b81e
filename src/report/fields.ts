import { isFields } from "../kinds/canonical.ts";
import { maskLiveTexts } from "../kinds/live-texts.ts";
import type { Body, Change, Json, Value } from "../model.ts";
import { sameValue } from "../kinds/same.ts";
import { Secret } from "../secret.ts";
import { quoteItem } from "./printable.ts";

/** What stands in a report for a value that must not be read. */
const sensitive = "(sensitive)";

/** The same for the new value, so that a change of what cannot be shown is seen to be one. */
const sensitiveToo = "(sensitive, changed)";

type Tree = { [key: string]: Json };

/** One field that a change changes; an absent side means that the field is not there, or at its default. */
export interface FieldChange {
  readonly path: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

/** Which side of a change the cluster holds, whose texts may give secrets away; neither, where both were written down. */
export type LiveSide = "before" | "after" | "none";

/** The fields that differ, for people to read: sets as lists, permissions by their patterns, secrets masked. */
export function fieldChanges(change: Change, live: LiveSide): FieldChange[] {
  const shownSide = (side: "before" | "after", body: Body): Body =>
    side === live ? maskLiveTexts(change.kind, body) : body;
  const fields = differences(
    change.action === "create" ? {} : shownSide("before", change.before),
    change.action === "delete" ? {} : shownSide("after", change.after),
  );
  // Of a whole entity nobody needs the fields that it does not use; of an update each difference is one.
  return change.action === "update"
    ? fields
    : fields.filter(({ before, after }) => !(isEmpty(before) && isEmpty(after)));
}

function differences(before: Body, after: Body): FieldChange[] {
  const old = shown(before, after, sensitive);
  const wanted = shown(after, before, sensitiveToo);
  return treeChanges(old, wanted, []);
}

/** The fields that differ, as deep as both sides have some; lists are compared as a whole. */
function treeChanges(before: Json | undefined, after: Json | undefined, path: string[]): FieldChange[] {
  if (isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      treeChanges(ownField(before, name), ownField(after, name), [...path, name]),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const sides = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  return [{ path, ...sides }];
}

function ownField<Item>(fields: { readonly [name: string]: Item }, name: string): Item | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * The fields as they may be printed; `other` is the side to compare with, since a masked value hides a difference,
 * and `mask` what to say of a secret that differs.
 */
function shown(body: Body, other: Body, mask: string): Tree {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, shownValue(value, ownField(other, name), mask)]),
  );
}

function shownValue(value: Value, other: Value | undefined, mask: string): Json {
  if (value instanceof Secret || other instanceof Secret) return shownSecret(value, other, mask);
  if (Array.isArray(value)) {
    return value.some(isFields)
      ? byPatterns(value, other, mask)
      : value.map((item) => shownItem(item, other, mask));
  }
  if (isFields(value)) return shown(value, isFields(other) ? other : {}, mask);
  return value;
}

/** An item that cannot be shown is told from one that the other side does not have. */
function shownItem(item: Value, other: Value | undefined, mask: string): Json {
  const isOnBothSides = Array.isArray(other) && other.some((one) => sameValue(one, item));
  const isTold =
    item instanceof Secret && item.reference === undefined && other !== undefined && !isOnBothSides;
  if (isTold) return mask;
  return item instanceof Secret ? textOf(item) : (JSON.parse(JSON.stringify(item)) as Json);
}

/** The text of the file where it is known, so that a reviewer sees which variable a value comes from. */
function shownSecret(value: Value, other: Value | undefined, mask: string): Json {
  if (sameValue(value, other)) return sensitive;
  const text = other === undefined ? sensitive : mask;
  return value instanceof Secret ? (referenceOf(value) ?? text) : text;
}

/** Permissions have no names: what they are about is the best name for them. */
function byPatterns(items: readonly Value[], other: Value | undefined, mask: string): Tree {
  const counterparts = new Map(labelled(Array.isArray(other) ? other : []));
  return Object.fromEntries(
    labelled(items).map(([label, item]) => [label, shownValue(item, counterparts.get(label), mask)]),
  );
}

function labelled(items: readonly Value[]): [string, Value][] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const label = labelOf(item);
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return [count === 1 ? label : `${label} #${count}`, item];
  });
}

function labelOf(item: Value): string {
  if (!isFields(item)) return textOf(item);
  const patterns = Object.entries(item).find(([name]) => name.endsWith("_patterns"))?.[1];
  return `[${Array.isArray(patterns) ? patterns.map((one) => quoteItem(textOf(one))).join(", ") : ""}]`;
}

function textOf(value: Value): string {
  if (value instanceof Secret) return referenceOf(value) ?? sensitive;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A placeholder without a value is said to be one: nobody has compared it. */
function referenceOf({ reference, isKnown, facts }: Secret): string | undefined {
  if (reference === undefined || isKnown) return reference;
  return `${reference} (${facts.isOpen ? "not looked up" : "sensitive, not compared"})`;
}

/** Whether a value says nothing: such fields are left out of reports. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.values(value).every((item) => isEmpty(item));
}
