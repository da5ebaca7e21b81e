import type { Access } from "../effective/access.ts";
import {
  findRestrictions,
  formatDeciding,
  type Restriction,
  type Restrictions,
} from "../effective/restrictions.ts";
import { showsMoreFields, showsMoreUnmasked } from "./weaker-fields.ts";
import { findsMore } from "./weaker-query.ts";
import type { ClassEffect } from "./class-effect.ts";
import type { NameClass } from "./name-classes.ts";
import type { Given, View } from "./view.ts";

type Side = readonly (Given | undefined)[];

/**
 * Returns a function that compares the documents, fields and masks that a principal sees of the names of one
 * class. The sides have the permissions of each pattern.
 */
export function createSightComparer(
  views: readonly [View, View],
  sides: readonly [Side, Side],
): (one: NameClass) => ClassEffect[] {
  const [before, after] = views;
  const isSame = before.sameSights === after.sameSights || !sides.flat().some(hasRules);
  if (isSame) return () => [];
  const known = new Map<string, ClassEffect[]>();
  const makeKey = createKeyMaker(views, sides);
  return (one) => {
    const key = makeKey(one);
    const found = known.get(key) ?? compareSights(views, one.example);
    known.set(key, found);
    return found;
  };
}

function hasRules(given: Given | undefined): boolean {
  return given !== undefined && given.rules !== "";
}

/**
 * Names with an equal key have the same restrictions: the same patterns with restrictions match them, and on
 * each side a pattern without restrictions, or none. Other patterns than globs, and old servers, look at each
 * name.
 */
function createKeyMaker(
  views: readonly [View, View],
  sides: readonly [Side, Side],
): (one: NameClass) => string {
  const isByName =
    !views.every(({ access }) => access.generation.collectsRestrictions) ||
    sides.flat().some((given) => given?.isOpen);
  if (isByName) return ({ example }) => example;
  return ({ accepted, example, isMember }) => {
    if (isMember) return example;
    const restricting = accepted.filter((place) => sides.some((side) => hasRules(side[place])));
    const isFree = sides.map((side) =>
      accepted.some((place) => side[place] !== undefined && !hasRules(side[place])),
    );
    return JSON.stringify([restricting, isFree]);
  };
}

function compareSights([before, after]: readonly [View, View], example: string): ClassEffect[] {
  const [was, is] = [before, after].map(({ access, caller }) => findRestrictions(access, caller, example));
  const sides = [was!, is!] as const;
  return restrictionParts
    .filter((part) => !areSame(part, sides, () => haveSameBlocks([before, after], part.dependsOn, example)))
    .map((part) => comparePart(part, after.access, sides));
}

/** What osac does not know is the same on both sides if the same blocks decide. */
function areSame(
  { describe }: Part,
  [was, is]: readonly [Restrictions, Restrictions],
  haveSameCause: () => boolean,
): boolean {
  const before = describe(was);
  return before === describe(is) && (isKnown(before) || haveSameCause());
}

/** True if the same blocks decide on both sides. */
function haveSameBlocks(
  views: readonly [View, View],
  restrictions: readonly Restriction[],
  example: string,
): boolean {
  const [before, after] = views.map(({ access, caller }) =>
    formatDeciding(access, caller, restrictions, example),
  );
  return before === after;
}

interface Part {
  readonly what: string;
  /** The restrictions that decide about it. A query finds nothing if its field is hidden or masked. */
  readonly dependsOn: readonly Restriction[];
  /** The text for an index without restrictions. */
  readonly none: string;
  readonly describe: (restrictions: Restrictions) => string;
  /** True if the second restrictions let the caller see more. */
  readonly isWeaker: (access: Access, sides: readonly [was: Restrictions, is: Restrictions]) => boolean;
}

/** The three restrictions, and how reports describe them. */
export const restrictionParts: readonly Part[] = [
  {
    what: "documents",
    dependsOn: ["dls", "fls", "masked_fields"],
    none: "all",
    describe: describeDocuments,
    isWeaker: areMoreDocuments,
  },
  { what: "fields", dependsOn: ["fls"], none: "all", describe: describeFields, isWeaker: showsMoreFields },
  {
    what: "masked fields",
    dependsOn: ["masked_fields"],
    none: "none",
    describe: describeMasks,
    isWeaker: showsMoreUnmasked,
  },
];

const unknown = "not known";
const failing = "none (requests fail)";

/** The texts for documents or fields of which nothing is seen. */
const nothingSeen: ReadonlySet<string> = new Set(["none", failing]);

function comparePart(
  { what, none, describe, isWeaker }: Part,
  access: Access,
  [was, is]: readonly [Restrictions, Restrictions],
): ClassEffect {
  const [before, after] = [describe(was), describe(is)];
  const direction = after === none ? "gain" : before === none ? "loss" : "change";
  const doubtful = [before, after].find((side) => !isKnown(side));
  // A restriction that osac cannot judge may be gone, so it must not pass as an ordinary change.
  const isRemoved =
    doubtful === undefined
      ? direction === "gain" || isWeaker(access, [was, is])
      : before !== none && !nothingSeen.has(after);
  return {
    direction,
    effect: `sees other ${what} of %: before ${before}, after ${after}`,
    before,
    after,
    perhaps: doubtful && `${what} before or after are ${doubtful}`,
    escalation: isRemoved ? "removed-restriction" : undefined,
  };
}

function isKnown(side: string): boolean {
  return !side.startsWith(unknown);
}

function areMoreDocuments(
  _: Access,
  [{ documents: was }, { documents: is }]: readonly [Restrictions, Restrictions],
): boolean {
  if (is.are !== "some") return false;
  if (was.are !== "some") return was.are !== "all";
  return findsMore(listSorted(was.queries), listSorted(is.queries));
}

function describeDocuments({ documents }: Restrictions): string {
  switch (documents.are) {
    case "some":
      return `those that match ${listSorted(documents.queries).join(" or ")}`;
    case "unknown":
      return describeUnknown(documents.reasons);
    case "errors":
      return failing;
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
