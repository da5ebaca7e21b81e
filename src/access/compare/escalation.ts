import type { AccessPrincipal } from "../../model/access-change.ts";
import type { EscalationWord } from "../../model/escalation-word.ts";
import type { Permission } from "../effective/roles.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import type { ActionSet, Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import type { View } from "./view.ts";

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

/** Actions that not everyone should have on all indices. */
const onAllIndices: Readonly<Record<string, readonly string[]>> = {
  "read on all indices": ["indices:data/read/search", "indices:data/read/get"],
  "write on all indices": [
    "indices:data/write/index",
    "indices:data/write/update",
    "indices:data/write/delete",
    "indices:data/write/bulk[s]",
  ],
  "administration of all indices": [
    "indices:admin/delete",
    "indices:admin/aliases",
    "indices:admin/settings/update",
  ],
};

function listPowersOfEveryone({ principal, view, actions }: Side): string[] {
  if (!isAnybody(principal)) return [];
  const whole = uniteUniversal(view);
  const cluster = clusterAdministration.filter(
    (permission) => (actions.whole(permission) & view.cluster) !== 0n,
  );
  const indices = Object.entries(onAllIndices).flatMap(([power, needed]) =>
    needed.some((action) => (actions.match(action) & whole) !== 0n) ? [power] : [],
  );
  return [...cluster, ...indices];
}

function listUnlimitedPowers({ principal, view, actions }: Side): string[] {
  if (isAnybody(principal)) return [];
  const lacks = (permission: string, among: ActionSet, set: ActionSet): boolean =>
    (actions.match(permission) & among & ~set) !== 0n;
  return [
    ...(lacks("indices:*", ~actions.cluster, uniteUniversal(view)) ? [] : ["everything on all indices"]),
    ...(lacks("cluster:*", actions.cluster, view.cluster) ? [] : ["all cluster permissions"]),
  ];
}

/** Unites the actions on patterns that match every name. */
function uniteUniversal({ indices }: View): ActionSet {
  return [...indices].reduce(
    (set, [glob, given]) => (isUniversal(given.isOpen ? given.shown : glob) ? set | given.actions : set),
    0n,
  );
}

const securityIndices = [".opendistro_security", ".opensearch-security"];

function listSecurityPatterns({ view }: Side): string[] {
  return [...view.indices.values()]
    .filter(({ shown, actions }) => actions !== 0n && !isUniversal(shown))
    .filter(({ shown }) => securityIndices.some((name) => readPattern(shown)(name) !== "no"))
    .map(({ shown }) => shown);
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

/** Names without anything in common. A pattern that matches them all is one for every name. */
const strangers = ["a", "logs-2026.01.01", "10.11.12.13", "Öl", "\u{e000}\u{e001}\u{e002}\u{e003}"];

/** True if a pattern matches every name, or nearly. An expression that osac cannot read may. */
export function isUniversal(pattern: string): boolean {
  if (/^[*?]+$/.test(pattern)) return true;
  return isExpression(pattern) && strangers.every((name) => readPattern(pattern)(name) !== "no");
}
