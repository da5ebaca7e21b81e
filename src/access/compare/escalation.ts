import type { AccessPrincipal } from "../../model/access-change.ts";
import type { EscalationWord } from "../../model/escalation-word.ts";
import { memoize } from "../../value/memoize.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import { administrationSamples, type ActionSet, type Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import { isUniversal, strangers } from "./reach.ts";
import { makeSamples } from "./samples.ts";
import type { Given, View } from "./view.ts";
import { needed } from "./words.ts";

/** The access of a principal on one side. */
interface Side {
  readonly principal: AccessPrincipal;
  readonly view: View;
  readonly actions: Actions;
}

/** A kind of power, and the powers of this kind that a principal has on one side. */
interface Rule {
  readonly word: EscalationWord;
  /** The words before the list of new powers. */
  readonly verb: string;
  readonly list: (side: Side) => string[];
}

const rules: readonly Rule[] = [
  { word: "open-to-everyone", verb: "gains", list: listPowersOfEveryone },
  { word: "everything", verb: "gains", list: listUnlimitedPowers },
  { word: "security-index", verb: "gains permissions on the security index by", list: listSecurityPatterns },
  { word: "system-indices", verb: "gains system:admin/system_index on", list: listSystemPatterns },
];

/**
 * Finds powers that a principal has after the changes and not before. An administrator of the security
 * configuration had them already: it could give them to itself.
 */
export function findEscalations(
  principal: AccessPrincipal,
  [before, after]: readonly [View, View],
  actions: Actions,
): Effect[] {
  if (before.administers.some(({ endpoint }) => endpoint === "*")) return [];
  return rules.flatMap(({ word, verb, list }): Effect[] => {
    const now = list({ principal, view: after, actions });
    if (now.length === 0) return [];
    const old = list({ principal, view: before, actions });
    const more = now.filter((power) => !old.includes(power));
    if (more.length === 0) return [];
    const effect = `${verb} ${more.join(", ")}`;
    return [
      {
        direction: "gain",
        effect,
        before: old.join(", ") || "none",
        after: now.join(", "),
        escalation: word,
      },
    ];
  });
}

/** Cluster permissions that only administrators should have. Plugins name everyday actions `cluster:admin/…`, too. */
const clusterAdministration = [
  "cluster:admin/*",
  "cluster:admin/repository/put",
  "cluster:admin/settings/update",
  "cluster:admin/snapshot/restore",
];

/** The actions of each power that not everyone should have on all indices. */
const onAllIndices: Readonly<Record<string, readonly string[]>> = {
  read: needed.read,
  write: needed.write,
  administration: ["indices:admin/delete", "indices:admin/aliases", "indices:admin/settings/update"],
};

function listPowersOfEveryone({ principal, view, actions }: Side): string[] {
  return isAnybody(principal) ? listOpenPowers(view, actions) : [];
}

/** Lists the powers that not everyone should have. */
export function listOpenPowers(view: View, actions: Actions): string[] {
  const cluster = clusterAdministration.filter(
    (permission) => (actions.whole(permission) & view.cluster) !== 0n,
  );
  const { whole, most } = uniteWide(view);
  const indices = Object.entries(onAllIndices).flatMap(([power, needed]) => {
    const isHeld = (set: ActionSet): boolean => needed.some((action) => (actions.match(action) & set) !== 0n);
    if (isHeld(whole)) return [`${power} on all indices`];
    return isHeld(most) ? [`${power} on nearly all indices`] : [];
  });
  return [...cluster, ...indices];
}

function listUnlimitedPowers({ principal, view, actions }: Side): string[] {
  if (isAnybody(principal)) return [];
  const { onIndices } = readPowers(actions);
  const { whole, most } = uniteWide(view);
  return [
    ...((onIndices & ~whole) === 0n
      ? ["everything on all indices"]
      : (onIndices & ~most) === 0n
        ? ["everything on nearly all indices"]
        : []),
    ...listClusterPowers(view, actions),
  ];
}

function listClusterPowers({ cluster }: View, actions: Actions): string[] {
  const { onCluster, administration, samples } = readPowers(actions);
  if ((onCluster & ~cluster) === 0n) return ["all cluster permissions"];
  if ((administration & cluster) !== 0n) return ["cluster:admin/*"];
  const held = samples.filter((sample) => (sample & cluster) !== 0n);
  return held.length > samples.length / 2 ? ["nearly all of cluster:admin/*"] : [];
}

/** The actions that a principal needs for unlimited powers, for all principals. */
const readPowers = memoize(({ match, whole, cluster }: Actions) => ({
  onIndices: Object.values(onAllIndices)
    .flat()
    .reduce((set, action) => set | match(action), 0n),
  onCluster: match("cluster:*") & cluster,
  administration: whole("cluster:admin/*"),
  samples: administrationSamples.map(whole),
}));

/** Unites the actions on all names, and those on most names, which several patterns may match together. */
function uniteWide({ indices }: View): { readonly whole: ActionSet; readonly most: ActionSet } {
  const wide = [...indices.values()].filter(({ names }) => names.reach.strangers.length > 0);
  const mostSamples = uniteSamples(indices);
  if (wide.length === 0) return { whole: 0n, most: mostSamples };
  const whole = unite(wide.filter(({ names }) => names.reach.isUniversal));
  const perName = [...strangers.keys()].map((place) =>
    unite(wide.filter(({ names }) => names.reach.strangers.includes(place))),
  );
  return { whole, most: keepMost(perName) | mostSamples };
}

/** Unites the actions on most names that the authors of expressions could not foresee. */
function uniteSamples(indices: View["indices"]): ActionSet {
  const expressions = [...indices.values()].map(({ names }) => names.shown).filter(isExpression);
  if (expressions.length === 0) return 0n;
  const read = [...indices].map(([glob, { names, actions }]) => ({
    actions,
    matches: readPattern(isExpression(names.shown) ? names.shown : glob),
  }));
  const perName = makeSamples(expressions.join("\n")).map((name) =>
    read.reduce((set, { actions, matches }) => (matches(name) === "no" ? set : set | actions), 0n),
  );
  return keepMost(perName);
}

function unite(all: readonly Given[]): ActionSet {
  return all.reduce((set, { actions }) => set | actions, 0n);
}

/** Keeps the actions that are in more than half of the sets. */
function keepMost(sets: readonly ActionSet[]): ActionSet {
  const counts = sets.reduce<readonly ActionSet[]>(
    // Place n has the actions that are in more than n of the sets so far.
    (reached, set) => reached.map((one, place) => one | (set & (reached[place - 1] ?? ~0n))),
    sets.map(() => 0n),
  );
  return counts[Math.floor(sets.length / 2)]!;
}

function listSecurityPatterns({ view }: Side): string[] {
  return [...view.indices.values()]
    .filter(({ actions, names }) => names.reach.isSecurity && actions !== 0n)
    .map(({ names }) => names.shown);
}

function listSystemPatterns({ view }: Side): string[] {
  return view.shares.flatMap(({ systemPatterns }) => systemPatterns);
}

/** True if a principal stands for all callers, or for all that have any backend role. */
function isAnybody({ kind, name }: AccessPrincipal): boolean {
  if (kind === "everyone" || kind === "anonymous") return true;
  return kind !== "user" && kind !== "backend-role" && name.split(" and ").every(isUniversal);
}
