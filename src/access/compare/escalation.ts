import type { AccessPrincipal } from "../../model/access-change.ts";
import type { EscalationWord } from "../../model/escalation-word.ts";
import { coveringNames } from "../effective/facts.ts";
import type { Permission } from "../effective/roles.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import type { View } from "./view.ts";
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
    const [old, now] = [before, after].map((view) => list({ principal, view, actions }));
    const more = now!.filter((power) => !old!.includes(power));
    if (more.length === 0) return [];
    const effect = `${verb} ${more.join(", ")}`;
    return [
      {
        direction: "gain",
        effect,
        before: old!.join(", ") || "none",
        after: now!.join(", "),
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
  const needed = Object.values(onAllIndices).flat();
  const isHeld = (set: ActionSet): boolean => needed.every((action) => (actions.match(action) & ~set) === 0n);
  const { whole, most } = uniteWide(view);
  return [
    ...(isHeld(whole)
      ? ["everything on all indices"]
      : isHeld(most)
        ? ["everything on nearly all indices"]
        : []),
    ...listClusterPowers(view, actions),
  ];
}

function listClusterPowers({ cluster }: View, actions: Actions): string[] {
  if ((actions.match("cluster:*") & actions.cluster & ~cluster) === 0n) return ["all cluster permissions"];
  return (actions.whole("cluster:admin/*") & cluster) === 0n ? [] : ["cluster:admin/*"];
}

/** Unites the actions on all names, and those on most names, which several patterns may match together. */
function uniteWide({ indices }: View): { readonly whole: ActionSet; readonly most: ActionSet } {
  const tests = [...indices].map(([glob, given]) => ({
    actions: given.actions,
    pattern: isExpression(given.shown) ? given.shown : glob,
  }));
  const whole = tests.filter(({ pattern }) => isUniversal(pattern));
  const perName = strangers.map((name) =>
    unite(tests.filter(({ pattern }) => readPattern(pattern)(name) !== "no")),
  );
  return { whole: unite(whole), most: keepMost(perName) };
}

function unite(tests: readonly { readonly actions: ActionSet }[]): ActionSet {
  return tests.reduce((set, { actions }) => set | actions, 0n);
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

const securityIndices = [".opendistro_security", ".opensearch-security"];

function listSecurityPatterns({ view }: Side): string[] {
  const { names, settings } = view.access;
  // A pattern for an alias covers its members.
  const covering = [...securityIndices, settings.config_index_name].flatMap((name) =>
    names === undefined ? name : coveringNames(names, name),
  );
  return [...view.indices]
    .filter(([, { actions }]) => actions !== 0n)
    .map(([glob, { shown }]) => [glob, shown])
    .filter((texts) => !texts.some(isUniversal))
    .filter((texts) => texts.some((text) => covering.some((name) => readPattern(text)(name) !== "no")))
    .map(([, shown]) => shown!);
}

/**
 * Lists the patterns with the explicit permission for system indices. A bare `*` does not give it; up to
 * 2.18, `*` beside another permission does, so there only patterns for names with a dot count.
 */
function listSystemPatterns({ view: { access, caller } }: Side): string[] {
  const blocks = caller.roles.flatMap(({ name }) => access.findRole(name)?.blocks ?? []);
  return blocks.flatMap(({ patterns, permissions }) => {
    const texts = patterns.map(({ value }) => value);
    if (permits(permissions.filter(({ pattern }) => pattern !== "*"))) return texts;
    const isLoose = !access.generation.comparesNames && permissions.length > 1 && permits(permissions);
    return isLoose ? texts.filter((text) => text.startsWith(".")) : [];
  });
}

function permits(permissions: readonly Permission[]): boolean {
  return permissions.some(({ pattern }) => readPattern(pattern)("system:admin/system_index") !== "no");
}

/** True if a principal stands for all callers, or for all that have any backend role. */
function isAnybody({ kind, name }: AccessPrincipal): boolean {
  if (kind === "everyone" || kind === "anonymous") return true;
  return kind !== "user" && kind !== "backend-role" && name.split(" and ").every(isUniversal);
}

/**
 * Names without anything in common. A pattern that matches most of them is one for nearly every name, even if
 * it leaves out some on purpose.
 */
const strangers = [
  "a",
  "logs-2026.01.01",
  "10.11.12.13",
  "orders",
  "7-metrics",
  "customers_eu",
  "zeppelin",
  "\u{e000}\u{e001}\u{e002}\u{e003}",
];

/** True if a pattern matches every name, or nearly. An expression that osac cannot read may. */
export function isUniversal(pattern: string): boolean {
  if (/^[*?]+$/.test(pattern)) return true;
  if (!isExpression(pattern)) return false;
  const test = readPattern(pattern);
  return strangers.filter((name) => test(name) !== "no").length > strangers.length / 2;
}
