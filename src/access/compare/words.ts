import { listMembers, type ActionSet, type Actions } from "./actions.ts";

/** The levels of access to indices in reports. */
export type Level = "read" | "write" | "manage";

/** The actions that a principal must have to reach a level. */
export const needed: Readonly<Record<Level, readonly string[]>> = {
  read: ["indices:data/read/search", "indices:data/read/get"],
  write: [
    "indices:data/write/index",
    "indices:data/write/update",
    "indices:data/write/delete",
    "indices:data/write/bulk[s]",
  ],
  manage: [
    "indices:admin/create",
    "indices:admin/delete",
    "indices:admin/mapping/put",
    "indices:admin/settings/update",
    "indices:admin/aliases",
  ],
};

/** Actions that belong to reading and writing. Reports do not name them beside the level. */
const along: readonly (readonly [Level, RegExp])[] = [
  [
    "read",
    /^indices:(?:data\/read|monitor\/|admin\/(?:mappings\/|resolve|get|exists|aliases\/(?:get|exists)|validate|analyze|shards))/,
  ],
  ["write", /^indices:(?:data\/write|admin\/mapping\/(?:put|auto_put))/],
];

const levels = Object.keys(needed) as Level[];

/** The levels that a set of actions reaches. */
function findLevels({ match }: Actions, set: ActionSet): Level[] {
  return levels.filter((level) => needed[level].every((action) => (match(action) & ~set) === 0n));
}

function isEverything(actions: Actions, set: ActionSet): boolean {
  return (actions.match("*") & ~actions.cluster & ~set) === 0n;
}

/** Formats the levels of a set, such as `read, write`. */
export function formatLevel(actions: Actions, set: ActionSet): string {
  if (set === 0n) return "none";
  if (isEverything(actions, set)) return "everything";
  const found = findLevels(actions, set);
  return found.length > 0 ? found.join(", ") : formatActions(actions, set);
}

/**
 * Formats the gain from one set of actions to a larger one: the levels that the principal reaches, and single
 * actions that belong to none of them. Empty if there is no gain.
 */
export function formatGain(actions: Actions, before: ActionSet, after: ActionSet): string {
  const more = after & ~before;
  if (more === 0n) return "";
  if (isEverything(actions, after) && !isEverything(actions, before)) return "everything";
  const had = new Set(findLevels(actions, before));
  const reached = findLevels(actions, after).filter((level) => !had.has(level));
  const rest = listMembers(actions, more).filter(({ action }) => !belongsTo(action, reached));
  return joinWords([...reached, ...(rest.length === 0 ? [] : [formatNames(rest.map(({ shown }) => shown))])]);
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function belongsTo(action: string, reached: readonly Level[]): boolean {
  if (reached.length === levels.length && action.startsWith("indices:")) return true;
  if (reached.includes("manage") && action.startsWith("indices:admin/")) return true;
  return along.some(([level, pattern]) => reached.includes(level) && pattern.test(action));
}

/** Formats actions by the permissions that stand for them, or by their names. */
export function formatActions(actions: Actions, set: ActionSet): string {
  return formatNames(listMembers(actions, set).map(({ shown }) => shown));
}

const namesMax = 3;

/** Patterns come first. The names that a pattern matches are left out. */
function formatNames(names: readonly string[]): string {
  const prefixes = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const isCovered = (name: string): boolean =>
    prefixes.some((prefix) => name !== `${prefix}*` && name.startsWith(prefix));
  const distinct = [...new Set(names)].filter((name) => !isCovered(name));
  const ordered = distinct.toSorted((a, b) => Number(b.endsWith("*")) - Number(a.endsWith("*")));
  const rest = ordered.length - namesMax;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return ordered.slice(0, namesMax).join(", ") + more;
}
