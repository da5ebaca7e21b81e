import type { AccessChange } from "../../model/access-change.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import type { ActionSet, Actions } from "./actions.ts";
import { findNameClasses, type NameClass } from "./name-classes.ts";
import { formatNameSet, type ClassedPatterns } from "./name-sets.ts";
import type { ClassEffect } from "./class-effect.ts";
import { compareSights } from "./sights.ts";
import type { Given, View } from "./view.ts";
import { formatActions, formatLevel, formatGain } from "./words.ts";

/** An effect on one principal. */
export type Effect = Omit<AccessChange, "principals" | "causes"> & {
  /** The actions that the principal gains or loses, if any. */
  readonly actions?: ActionSet | undefined;
};

/** The most states of patterns that osac compares. */
const statesMax = 20_000;

/** Lists everything that a principal gains, loses or sees otherwise. */
export function compareViews(before: View, after: View, actions: Actions): Effect[] {
  const administration = compareAdministration(before, after);
  if (administration.some(({ direction }) => direction === "gain")) return administration;
  return [
    ...administration,
    ...compareCluster(before, after, actions),
    ...compareIndices(before, after, actions),
    ...compareTenants(before, after),
  ];
}

/** An administrator can give itself everything else. */
function compareAdministration({ administers: old }: View, { administers: now }: View): Effect[] {
  const what = "administrator of the security configuration";
  if (old.length === 0 && now.length > 0)
    return [
      {
        direction: "gain",
        effect: `becomes ${what} (${now.join(", ")})`,
        before: "none",
        after: "administrator",
        escalation: "security administration",
      },
    ];
  if (old.length > 0 && now.length === 0)
    return [
      {
        direction: "loss",
        effect: `is no longer ${what} (${old.join(", ")})`,
        before: "administrator",
        after: "none",
      },
    ];
  return [];
}

function compareCluster(before: View, after: View, actions: Actions): Effect[] {
  const [old, now] = [before.cluster, after.cluster];
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
function compareTenants({ tenants: old }: View, { tenants: now }: View): Effect[] {
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

/** The patterns of both sides, and the permissions of each pattern on either side. */
interface Merged {
  readonly globs: readonly string[];
  readonly before: readonly (Given | undefined)[];
  readonly after: readonly (Given | undefined)[];
}

function compareIndices(before: View, after: View, actions: Actions): Effect[] {
  const merged = mergePatterns(before, after);
  const changed = findChanged(merged);
  if (changed.size === 0) return [];
  const shown = merged.globs.map((_, place) => (merged.after[place] ?? merged.before[place])!.shown);
  const classes = findNameClasses(merged.globs, changed, statesMax);
  if (classes === undefined) return [unboundedEffect([...changed].map((place) => shown[place]!))];
  const found = groupByWord(
    classes.flatMap((one) =>
      [
        ...compareClass(one, merged, actions),
        ...compareSights(one.example, [before, after], uniteSides(one, merged), actions),
      ].map((said) => ({ ...said, name: one })),
    ),
  );
  const doubt = findDoubt(merged, changed);
  return found.map((group) => toEffect(group, { shown, classes, changed }, doubt));
}

function mergePatterns(before: View, after: View): Merged {
  const globs = [...new Set([...before.indices.keys(), ...after.indices.keys()])];
  const pick = ({ indices }: View): (Given | undefined)[] => globs.map((glob) => indices.get(glob));
  return { globs, before: pick(before), after: pick(after) };
}

/**
 * Finds the patterns that give other permissions than before, unless another pattern gives these permissions
 * too.
 */
function findChanged({ globs, before, after }: Merged): Set<number> {
  const places = [...globs.keys()].filter((place) => {
    const [old, now] = [before[place] ?? nothing, after[place] ?? nothing];
    return (
      old.rules !== now.rules ||
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
  const example = globs[place]!.replaceAll(/\*+/g, "\u{e000}").replaceAll("?", "\u{e001}");
  let missing = actions;
  for (const [other, given] of side.entries()) {
    if (given === undefined || (given.actions & missing) === 0n || globs[other]!.includes("?")) continue;
    if (readPattern(globs[other]!)(example) === "yes") missing &= ~given.actions;
  }
  return missing === 0n;
}

function unboundedEffect(patterns: readonly string[]): Effect {
  return {
    direction: "change",
    effect: `may gain or lose access to names like ${patterns.slice(0, 5).join(", ")}`,
    before: "not known",
    after: "not known",
    perhaps: `the patterns of its roles make more than ${statesMax} cases`,
  };
}

/** Returns the actions on a class of names before and after. */
function uniteSides({ accepted }: NameClass, { before, after }: Merged): readonly [ActionSet, ActionSet] {
  const unite = (side: readonly (Given | undefined)[]): ActionSet =>
    accepted.reduce((set, place) => set | (side[place]?.actions ?? 0n), 0n);
  return [unite(before), unite(after)];
}

function compareClass(one: NameClass, merged: Merged, actions: Actions): ClassEffect[] {
  const [old, now] = uniteSides(one, merged);
  if (old === now) return [];
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

function toEffect(group: readonly Placed[], all: ClassedPatterns, doubt: string | undefined): Effect {
  const { name, effect, ...said } = group[0]!;
  const names = formatNameSet(all, new Set(group.map((one) => one.name)));
  return {
    ...said,
    effect: effect.replace("%", () => names),
    example: isPlain(name.example) && names !== name.example ? name.example : undefined,
    perhaps: said.perhaps ?? doubt,
  };
}

function isPlain(name: string): boolean {
  return !/[\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}]/u.test(name);
}

/** Index names that only an expression or another open pattern matches are not compared one by one. */
function findDoubt({ before, after, globs }: Merged, changed: ReadonlySet<number>): string | undefined {
  const open = [...globs.keys()]
    .map((place) => ({ place, given: (after[place] ?? before[place])! }))
    .find(({ place, given }) => given.isOpen && (changed.has(place) || isExpression(given.shown)));
  return open && `${open.given.shown} is compared as text only`;
}
