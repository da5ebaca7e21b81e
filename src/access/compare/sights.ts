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
import type { Names } from "./shares.ts";
import { haveSameSights, type Given, type View } from "./view.ts";

/** The patterns of both sides, and the permissions of each pattern on either side. */
export interface Merged {
  readonly globs: readonly string[];
  readonly names: readonly Names[];
  readonly before: readonly (Given | undefined)[];
  readonly after: readonly (Given | undefined)[];
}

/** What is known of the names of one class, by a key that says which rules decide about them. */
interface KnownSights {
  readonly restrictions: Map<string, Restrictions>;
  readonly effects: Map<string, readonly ClassEffect[]>;
}

/** Compares the documents, fields and masks that a principal sees of the names of one class. */
export type CompareSights = (one: NameClass) => readonly ClassEffect[];

/**
 * Returns a function that makes the comparison for each principal. Names on which the same rules are in force
 * are compared once, whoever has these rules, unless their variables make them differ.
 */
export function rememberSights(): (views: readonly [View, View], merged: Merged) => CompareSights {
  const shared = createKnown();
  const rules = new Map<string, number>();
  const number = (text: string): number => {
    if (!rules.has(text)) rules.set(text, rules.size);
    return rules.get(text)!;
  };
  return (views, { globs, before, after }) => {
    const all = [...before, ...after];
    if (!all.some(hasRules) || haveSameSights(...views)) return () => [];
    const own = createKnown();
    const mayShare = views.every(({ sameIndices }) => sameIndices !== undefined);
    const isByName = views.some(({ access }) => !access.generation.collectsRestrictions) || all.some(isOpen);
    const makeKeys = [before, after].map((side) => createKeyMaker(globs, side, number));
    return (one) =>
      isByName || one.isMember
        ? compareOnce(own, views, one, [`before ${one.example}`, `after ${one.example}`])
        : compareOnce(mayShare ? shared : own, views, one, [makeKeys[0]!(one), makeKeys[1]!(one)]);
  };
}

function createKnown(): KnownSights {
  return { restrictions: new Map(), effects: new Map() };
}

function hasRules(given: Given | undefined): boolean {
  return given !== undefined && given.rules !== "";
}

/** Other patterns than globs, and old servers, look at each name. */
function isOpen(given: Given | undefined): boolean {
  return given?.names.isOpen ?? false;
}

/**
 * Names with an equal key have the same restrictions: the same patterns with the same rules match them. Without
 * such patterns, all is seen of the names of any other pattern.
 */
function createKeyMaker(
  globs: readonly string[],
  side: readonly (Given | undefined)[],
  number: (text: string) => number,
): (one: NameClass) => string {
  const numbers = side.map((given, place) =>
    hasRules(given) ? number(JSON.stringify([globs[place], given!.rules])) : undefined,
  );
  return ({ accepted }) => {
    const found = accepted.flatMap((place) => numbers[place] ?? []);
    return found.length > 0 ? found.join() : accepted.some((place) => side[place]) ? "free" : "";
  };
}

function compareOnce(
  { restrictions, effects }: KnownSights,
  views: readonly [View, View],
  { example }: NameClass,
  keys: readonly [string, string],
): readonly ClassEffect[] {
  const find = ({ access, caller }: View, key: string): Restrictions => {
    const found = restrictions.get(key) ?? findRestrictions(access, caller, example);
    restrictions.set(key, found);
    return found;
  };
  const key = keys.join();
  const found =
    effects.get(key) ??
    compareRestrictions(views, [find(views[0], keys[0]), find(views[1], keys[1])], example);
  effects.set(key, found);
  return found;
}

type Sides = readonly [was: Restrictions, is: Restrictions];

function compareRestrictions(views: readonly [View, View], sides: Sides, example: string): ClassEffect[] {
  return restrictionParts
    .filter((part) => !areSame(part, sides, () => haveSameBlocks(views, part.dependsOn, example)))
    .map((part) => comparePart(part, views[1].access, sides));
}

/** What osac does not know is the same on both sides if the same blocks decide. */
function areSame({ describe }: Part, [was, is]: Sides, haveSameCause: () => boolean): boolean {
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
  readonly isWeaker: (access: Access, sides: Sides) => boolean;
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
  [was, is]: Sides,
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
  return findsMore(listQueries(was.queries), listQueries(is.queries));
}

function describeDocuments({ documents }: Restrictions): string {
  switch (documents.are) {
    case "some":
      return `those that match ${listQueries(documents.queries).join(" or ")}`;
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

interface Entry {
  readonly value: string;
}

function listQueries(entries: readonly Entry[]): string[] {
  return listDistinct(entries.map(({ value }) => normalizeQuery(value)));
}

function listSorted(entries: readonly Entry[]): string[] {
  return listDistinct(entries.map(({ value }) => value));
}

function listDistinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}

/** Removes the differences of queries that differ only in blanks. */
function normalizeQuery(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
