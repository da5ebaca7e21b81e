import { makeLintFinding } from "../errors.ts";
import type { Declared, Directory } from "../model/entity.ts";
import { builtInNames } from "../kinds/built-in.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";
import { memoize } from "../value/memoize.ts";
import { listReferences } from "./references.ts";

/** Finds groups that contain themselves, directly or through others, and groups with the name of a role. */
export const actionGroupRule: Rule = (entity, directory) => [
  ...roleNameFindings(entity, directory),
  ...circleFindings(entity, directory),
];

function roleNameFindings({ name }: Declared, directory: Directory): LintFinding[] {
  const isRole = directory.kinds.get("roles")?.has(name) ?? false;
  if (!isRole && !builtInNames("roles").has(name)) return [];
  return [
    makeLintFinding("group-named-like-role", {
      pointer: "",
      message: `there is a role called "${name}" too, and the server refuses an action group with the name of a role`,
      hint: "rename the action group",
      // The server brings a group "manage_snapshots", which has the name of a built-in role. No file declares
      // it.
      ...(builtInNames("actiongroups").has(name) ? {} : { refusedByServer: true, beside: "roles" }),
    }),
  ];
}

function circleFindings(entity: Declared, directory: Directory): LintFinding[] {
  const groups = directory.kinds.get("actiongroups")!;
  const members = getCircles(groups).get(entity.name);
  if (members === undefined) return [];
  const back = listReferences(entity).find(({ name }) => members.has(name));
  if (back === undefined) return [];
  if (back.name === entity.name) return [selfReferenceFinding(back.pointer)];
  const path = members.size > namedMax ? undefined : findPath(back.name, entity.name, members, groups);
  return [
    circleFinding(back.pointer, path ? [entity.name, ...path].join(" → ") : `by ${members.size - 1} others`),
  ];
}

/** A message names at most so many groups of a circle. */
const namedMax = 100;

type Groups = ReadonlyMap<string, Declared>;

/**
 * For each group that contains a declared group, the groups of its circle, itself included: each contains all
 * others, directly or through others.
 */
type Circles = ReadonlyMap<string, ReadonlySet<string>>;

const getCircles = memoize(findCircles);

/** Kosaraju's algorithm: a name that the second pass reaches against the references is in the same circle. */
function findCircles(groups: Groups): Circles {
  const contained = new Map<string, readonly string[]>();
  for (const [name, group] of groups) {
    const inner = listContained(group, groups);
    if (inner.length > 0) contained.set(name, inner);
  }
  const containers = new Map<string, string[]>([...contained.keys()].map((name) => [name, []]));
  for (const [name, inner] of contained) for (const one of inner) containers.get(one)?.push(name);
  const circles = new Map<string, ReadonlySet<string>>();
  const seen = new Set<string>();
  for (const name of listPostOrder(contained.keys(), contained, new Set()).toReversed()) {
    const members = new Set(listPostOrder([name], containers, seen));
    for (const member of members) circles.set(member, members);
  }
  return circles;
}

function listContained(group: Declared, groups: Groups): string[] {
  return listReferences(group)
    .map(({ name }) => name)
    .filter((name) => groups.has(name));
}

/** Lists the names that can be reached and were not seen. Each name follows all names that it leads to. */
function listPostOrder(
  starts: Iterable<string>,
  next: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): string[] {
  const order: string[] = [];
  const open = [...starts].map((name) => ({ name, isLeft: false }));
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.isLeft) order.push(one.name);
    if (seen.has(one.name)) continue;
    seen.add(one.name);
    open.push({ name: one.name, isLeft: true });
    for (const name of next.get(one.name) ?? []) open.push({ name, isLeft: false });
  }
  return order;
}

function selfReferenceFinding(pointer: string): LintFinding {
  return makeLintFinding("group-contains-itself", {
    pointer,
    message: "the action group contains itself, which the server refuses",
    hint: "remove its own name",
    refusedByServer: true,
  });
}

function circleFinding(pointer: string, path: string): LintFinding {
  return makeLintFinding("group-cycle", {
    pointer,
    message: `the action group contains itself: ${path}`,
    hint: "remove one of these groups from another",
  });
}

function findPath(
  from: string,
  to: string,
  members: ReadonlySet<string>,
  groups: Groups,
): string[] | undefined {
  const origin = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of origin.keys()) {
    for (const next of listContained(groups.get(name)!, groups)) {
      if (next === to) return [...tracePath(name, origin), to];
      if (members.has(next) && !origin.has(next)) origin.set(next, name);
    }
  }
  return undefined;
}

function tracePath(name: string, origin: ReadonlyMap<string, string | undefined>): string[] {
  const before = origin.get(name);
  return before === undefined ? [name] : [...tracePath(before, origin), name];
}
