import { findRestrictions, type Restrictions } from "../effective/restrictions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { ClassEffect } from "./class-effect.ts";
import type { View } from "./view.ts";

/**
 * Compares the documents, fields and masks that a principal sees, if it reads names of one class on both
 * sides.
 */
export function compareSights(
  example: string,
  [before, after]: readonly [View, View],
  [old, now]: readonly [ActionSet, ActionSet],
  actions: Actions,
): ClassEffect[] {
  const reading = actions.match("indices:data/read*");
  if ((old & reading) === 0n || (now & reading) === 0n) return [];
  if (!hasRules(before) && !hasRules(after)) return [];
  const [was, is] = [before, after].map(({ access, caller }) => findRestrictions(access, caller, example));
  return parts.flatMap(({ what, none, describe }) => comparePart(what, none, describe(was!), describe(is!)));
}

function hasRules({ indices }: View): boolean {
  return [...indices.values()].some(({ rules }) => rules !== "");
}

interface Part {
  readonly what: string;
  /** The text for an index without restrictions. */
  readonly none: string;
  readonly describe: (restrictions: Restrictions) => string;
}

const parts: readonly Part[] = [
  { what: "documents", none: "all", describe: describeDocuments },
  { what: "fields", none: "all", describe: describeFields },
  { what: "masked fields", none: "none", describe: describeMasks },
];

const unknown = "not known";

function comparePart(what: string, none: string, before: string, after: string): ClassEffect[] {
  if (before === after && !before.startsWith(unknown)) return [];
  const direction = after === none ? "gain" : before === none ? "loss" : "change";
  const doubtful = [before, after].find((side) => side.startsWith(unknown));
  return [
    {
      direction,
      effect: `sees other ${what} of %: before ${before}, after ${after}`,
      before,
      after,
      perhaps: doubtful && `${what} before or after are ${doubtful}`,
      escalation: direction === "loss" ? undefined : "a restriction is removed or changed",
    },
  ];
}

function describeDocuments({ documents }: Restrictions): string {
  switch (documents.are) {
    case "some":
      return `those that match ${listSorted(documents.queries).join(" or ")}`;
    case "unknown":
      return describeUnknown(documents.reasons);
    case "errors":
      return "none (requests fail)";
    default:
      return documents.are;
  }
}

function describeFields({ fields }: Restrictions): string {
  if (fields.are === "unknown") return describeUnknown(fields.reasons);
  if (fields.are === "all" || fields.are === "none") return fields.are;
  return `${fields.are === "only" ? "only" : "all but"} ${listSorted(fields.patterns).join(", ")}`;
}

function describeMasks({ masks }: Restrictions): string {
  if (masks.are === "unknown") return describeUnknown(masks.reasons);
  return masks.are === "none" ? "none" : listSorted(masks.patterns).join(", ");
}

function describeUnknown(reasons: readonly { readonly text: string }[]): string {
  return `${unknown} (${reasons.map(({ text }) => text).join("; ")})`;
}

function listSorted(entries: readonly { readonly value: string }[]): string[] {
  return [...new Set(entries.map(({ value }) => normalize(value)))].toSorted();
}

/** Removes the differences of queries that differ only in blanks. */
function normalize(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
