import type { AccessChange } from "../../model/access-change.ts";
import type { NameIndex } from "../effective/facts.ts";
import { hasInventedPart } from "../invented-names.ts";
import { isExpression } from "../match-pattern.ts";
import { limitedEndpoints } from "../permissions.ts";
import type { ActionSet, Actions } from "./actions.ts";
import { addMembers, createMemberFinder, type FindMembers } from "./members.ts";
import { findNameClasses, type Budget, type NameClass } from "./name-classes.ts";
import { createNameFormatter, type FormatNames } from "./name-sets.ts";
import type { ClassEffect } from "./class-effect.ts";
import { createExampleChooser, type ChooseExample } from "./examples.ts";
import { rememberSights, type Merged } from "./sights.ts";
import { fillGlob } from "./shares.ts";
import { haveSameTenants, type Given, type View } from "./view.ts";
import { formatActions, formatLevel, formatGain } from "./words.ts";

/** An effect on one principal. */
export type Effect = Omit<AccessChange, "principals" | "causes"> & {
  /** The actions that the principal gains or loses, if any. */
  readonly actions?: ActionSet | undefined;
  /** The patterns that match its index names, on either side; absent if it is about no index. */
  readonly globs?: ReadonlySet<string>;
};

/** Lists everything that a principal gains, loses or sees otherwise. */
export type CompareViews = (before: View, after: View) => Effect[];

/**
 * The steps that osac makes through the patterns of one principal, and through those of all principals. Only
 * patterns such as `*x*`, many of them for one principal, need more.
 */
const steps = { principal: 300_000, all: 3_000_000 };

/** Returns a function that compares views. It compares the indices of equal roles once. */
export function createViewComparer(actions: Actions, names: NameIndex | undefined): CompareViews {
  const compareIndices = rememberIndices(actions, names);
  return (before, after) => {
    const administration = compareAdministration(before, after);
    if (becomesAdministrator(before, after)) return administration;
    return [
      ...administration,
      ...compareCluster(before, after, actions),
      ...compareIndices(before, after),
      ...compareTenants(before, after),
    ];
  };
}

function rememberIndices(actions: Actions, names: NameIndex | undefined): CompareViews {
  const known = new Map<string, Effect[]>();
  const tools = {
    compareSets: rememberSets(actions),
    compareSightsOf: rememberSights(),
    findMembers: createMemberFinder(names),
    chooseExample: createExampleChooser(names),
  };
  const budget = { left: steps.all };
  return (before, after) => {
    const isShared = before.sameIndices !== undefined && after.sameIndices !== undefined;
    const key = isShared ? `${before.sameIndices} ${after.sameIndices}` : undefined;
    const old = key === undefined ? undefined : known.get(key);
    const found = old ?? compareIndices([before, after], actions, tools, budget);
    if (key !== undefined) known.set(key, found);
    return found;
  };
}

/** The endpoints whose administrator cannot give itself permissions. */
export const partialEndpoints: ReadonlySet<string> = new Set(["tenants", "allowlist", ...limitedEndpoints]);

/** True if a caller becomes an administrator for certain, who can give itself everything else. */
export function becomesAdministrator({ administers: old }: View, { administers: now }: View): boolean {
  const [was, is] = [old, now].map((means) =>
    means.some(({ endpoint, perhaps }) => perhaps === undefined && !partialEndpoints.has(endpoint)),
  );
  return is! && !was;
}

function compareAdministration({ administers: old }: View, { administers: now }: View): Effect[] {
  const what = "administrator of the security configuration";
  const before = old.filter(({ perhaps }) => perhaps === undefined);
  const more = now.filter(
    ({ endpoint }) => !before.some((held) => held.endpoint === "*" || held.endpoint === endpoint),
  );
  const sides = {
    before: before.length === 0 ? "none" : formatMeans(before),
    after: now.length === 0 ? "none" : "administrator",
  };
  if (more.length > 0)
    return [
      {
        direction: "gain",
        effect: `becomes ${what} (${formatMeans(more)})`,
        ...sides,
        perhaps: more.every(({ perhaps }) => perhaps) ? more[0]!.perhaps : undefined,
        escalation: "security-administration",
      },
    ];
  if (before.length > 0 && now.length === 0)
    return [
      {
        direction: "loss",
        effect: `is no longer ${what} (${formatMeans(before)})`,
        ...sides,
        before: "administrator",
      },
    ];
  return [];
}

function formatMeans(means: View["administers"]): string {
  return [...new Set(means.map(({ by }) => by))].join(", ");
}

function compareCluster(before: View, after: View, actions: Actions): Effect[] {
  const [old, now] = [before.cluster, after.cluster];
  if (old === now) return [];
  const sides = { before: formatCluster(actions, old), after: formatCluster(actions, now) };
  const describe = (set: ActionSet): string => `the cluster permissions ${formatActions(actions, set)}`;
  const [more, less] = [now & ~old, old & ~now];
  return [
    ...(more === 0n
      ? []
      : [{ direction: "gain", effect: `gains ${describe(more)}`, actions: more, ...sides } as const]),
    ...(less === 0n
      ? []
      : [{ direction: "loss", effect: `loses ${describe(less)}`, actions: less, ...sides } as const]),
  ];
}

function formatCluster(actions: Actions, set: ActionSet): string {
  return set === 0n ? "none" : formatActions(actions, set);
}

/** Tenants with the same access before, and the same after, share one effect. */
function compareTenants(before: View, after: View): Effect[] {
  if (haveSameTenants(before, after)) return [];
  const [old, now] = [before.listTenants(), after.listTenants()];
  const groups = new Map<string, string[]>();
  for (const tenant of new Set([...old.keys(), ...now.keys()])) {
    const step = `${old.get(tenant) ?? "none"} ${now.get(tenant) ?? "none"}`;
    if (!groups.get(step)?.push(tenant)) groups.set(step, [tenant]);
  }
  return [...groups].flatMap(([step, tenants]): Effect[] => {
    const [before, after] = step.split(" ") as [string, string];
    if (before === after) return [];
    const isMore = before === "none" || after === "write";
    const what = before === "none" || after === "none" ? (isMore ? after : before) : "write";
    const where = `tenant${tenants.length === 1 ? "" : "s"} ${tenants.join(", ")}`;
    const [direction, verb] = isMore ? (["gain", "gains"] as const) : (["loss", "loses"] as const);
    return [{ direction, effect: `${verb} ${what} on ${where}`, before, after }];
  });
}

/** What the comparisons of all principals share. */
interface Tools {
  readonly compareSets: CompareSets;
  readonly compareSightsOf: ReturnType<typeof rememberSights>;
  readonly findMembers: FindMembers;
  readonly chooseExample: ChooseExample;
}

function compareIndices(
  views: readonly [View, View],
  actions: Actions,
  { compareSets, compareSightsOf, findMembers, chooseExample }: Tools,
  budget: Budget,
): Effect[] {
  const merged = mergePatterns(...views);
  const changed = findChanged(merged);
  if (changed.size === 0) return [];
  const shown = merged.names.map((names) => names.shown);
  const own = { left: Math.min(budget.left, steps.principal) };
  const offered = own.left;
  const exact = findNameClasses(merged.globs, changed, own);
  budget.left -= offered - Math.max(own.left, 0);
  const classes = addMembers(
    exact ?? listPatternClasses(merged, changed),
    findMembers(merged.globs, changed),
    merged.globs,
  );
  const reading = actions.match("indices:data/read*");
  const compareSights = compareSightsOf(views, merged);
  const said = classes.flatMap((one) => {
    const sides = uniteSides(one, merged);
    const isRead = sides.every((set) => (set & reading) !== 0n);
    const effects = [...compareSets(...sides), ...(isRead ? compareSights(one) : [])];
    return effects.map((effect) => ({ ...effect, name: one }));
  });
  const doubt = exact === undefined ? tooManyCases : findDoubt(merged, changed);
  const formatNames = createNameFormatter({ shown, classes, changed });
  return groupByWord(said).map((group) => ({
    ...toEffect(
      group,
      formatNames,
      chooseExample(
        group.map(({ name }) => name),
        merged.globs,
      ),
      doubt,
    ),
    globs: new Set(group.flatMap(({ name }) => name.accepted.map((place) => merged.globs[place]!))),
  }));
}

function mergePatterns(before: View, after: View): Merged {
  const globs = [...new Set([...before.indices.keys(), ...after.indices.keys()])];
  const pick = ({ indices }: View): (Given | undefined)[] => globs.map((glob) => indices.get(glob));
  const sides = { before: pick(before), after: pick(after) };
  const names = globs.map((_, place) => (sides.after[place] ?? sides.before[place])!.names);
  return { globs, names, ...sides };
}

/**
 * Finds the patterns that give other permissions than before, unless another pattern gives these permissions
 * too.
 */
function findChanged({ globs, before, after }: Merged): Set<number> {
  const places = [...globs.keys()].filter((place) => {
    const [old, now] = [before[place] ?? nothing, after[place] ?? nothing];
    if (old.rules !== now.rules) return true;
    if (old.actions === now.actions) return false;
    return (
      !isGivenAnyway(globs, before, place, now.actions & ~old.actions) ||
      !isGivenAnyway(globs, after, place, old.actions & ~now.actions)
    );
  });
  return new Set(places);
}

const nothing = { actions: 0n, rules: "" };

/** True if patterns that cover this one give the actions on the other side. */
function isGivenAnyway(
  globs: readonly string[],
  side: readonly (Given | undefined)[],
  place: number,
  actions: ActionSet,
): boolean {
  if (actions === 0n) return true;
  const example = fillGlob(globs[place]!);
  let missing = actions;
  for (const given of side) {
    if (given === undefined || (given.actions & missing) === 0n) continue;
    if (given.names.covers(example)) missing &= ~given.actions;
  }
  return missing === 0n;
}

const tooManyCases = "its roles have so many patterns such as *x* that osac compared only whole patterns";

/** Lists a class for each changed pattern as a whole. Names that several patterns match in part get none. */
function listPatternClasses({ globs, names }: Merged, changed: ReadonlySet<number>): NameClass[] {
  return [...changed].map((place) => {
    const example = fillGlob(globs[place]!);
    const accepted = [...names.keys()].filter((other) => other === place || names[other]!.covers(example));
    return { accepted, example };
  });
}

/** Returns the actions on a class of names before and after. */
function uniteSides({ accepted }: NameClass, { before, after }: Merged): readonly [ActionSet, ActionSet] {
  const unite = (side: readonly (Given | undefined)[]): ActionSet =>
    accepted.reduce((set, place) => set | (side[place]?.actions ?? 0n), 0n);
  return [unite(before), unite(after)];
}

type CompareSets = (old: ActionSet, now: ActionSet) => ClassEffect[];

/** Returns a function that compares sets of actions. Many classes of names have the same sets. */
function rememberSets(actions: Actions): CompareSets {
  const known = new Map<ActionSet, Map<ActionSet, ClassEffect[]>>();
  return (old, now) => {
    if (old === now) return [];
    const others = known.get(old) ?? new Map<ActionSet, ClassEffect[]>();
    const found = others.get(now) ?? compareSets(actions, old, now);
    known.set(old, others.set(now, found));
    return found;
  };
}

function compareSets(actions: Actions, old: ActionSet, now: ActionSet): ClassEffect[] {
  const sides = { before: formatLevel(actions, old), after: formatLevel(actions, now) };
  const [gain, loss] = [formatGain(actions, old, now), formatGain(actions, now, old)];
  const more: ClassEffect = {
    direction: "gain",
    effect: `gains ${gain} on %`,
    actions: now & ~old,
    ...sides,
  };
  const less: ClassEffect = {
    direction: "loss",
    effect: `loses ${loss} on %`,
    actions: old & ~now,
    ...sides,
  };
  return [...(gain === "" ? [] : [more]), ...(loss === "" ? [] : [less])];
}

type Placed = ClassEffect & { readonly name: NameClass };

function groupByWord(said: readonly Placed[]): Placed[][] {
  const groups = new Map<string, Placed[]>();
  for (const one of said) if (!groups.get(one.effect)?.push(one)) groups.set(one.effect, [one]);
  return [...groups.values()];
}

function toEffect(
  group: readonly Placed[],
  formatNames: FormatNames,
  example: string,
  doubt: string | undefined,
): Effect {
  const { name: _, effect, ...said } = group[0]!;
  const names = formatNames(new Set(group.map((one) => one.name)));
  return {
    ...said,
    effect: effect.replace("%", () => names),
    example: hasInventedPart(example) || names === example ? undefined : example,
    perhaps: said.perhaps ?? doubt,
  };
}

/** Index names that only an expression or another open pattern matches are not compared one by one. */
function findDoubt({ names }: Merged, changed: ReadonlySet<number>): string | undefined {
  const open = names.find(
    ({ isOpen, shown }, place) => isOpen && (changed.has(place) || isExpression(shown)),
  );
  return open && `${open.shown} is compared as text only`;
}
