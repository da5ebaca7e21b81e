import { readPattern } from "../match-pattern.ts";
import { coveringNames, type NameIndex } from "../effective/facts.ts";
import type { NameClass } from "./name-classes.ts";

/** Indices of the cluster with the same aliases or the same data stream. */
interface Member {
  readonly name: string;
  /** Its own name, its aliases and its data stream: a pattern for any of them covers it. */
  readonly covering: readonly string[];
  /** Members with an equal text that the same patterns match have the same access. */
  readonly sort: string;
}

/** Finds a class for the indices that one of the patterns `within` covers by an alias or a data stream. */
export type FindMembers = (patterns: readonly string[], within: ReadonlySet<number>) => NameClass[];

/** Returns a function that finds the indices with aliases or a data stream. It tries each pattern once. */
export function createMemberFinder(names: NameIndex | undefined): FindMembers {
  const members = names === undefined ? [] : listMembers(names);
  const known = new Map<string, ReadonlySet<Member>>();
  const findCovered = (pattern: string): ReadonlySet<Member> => {
    const found =
      known.get(pattern) ?? new Set(members.filter(({ covering }) => matchesAny(pattern, covering)));
    known.set(pattern, found);
    return found;
  };
  if (members.length === 0) return () => [];
  return (patterns, within) => {
    const covered = patterns.map(findCovered);
    const reached = new Set([...within].flatMap((place) => [...covered[place]!]));
    const classes = new Map<string, NameClass>();
    for (const member of reached) {
      const accepted = [...patterns.keys()].filter((place) => covered[place]!.has(member));
      const key = `${accepted.join()} ${member.sort}`;
      if (!classes.has(key)) classes.set(key, { accepted, example: member.name, isMember: true });
    }
    return [...classes.values()];
  };
}

function matchesAny(pattern: string, names: readonly string[]): boolean {
  const test = readPattern(pattern);
  return names.some((name) => test(name) === "yes");
}

function listMembers(names: NameIndex): Member[] {
  return [...names.indices].flatMap(([name, { isHidden }]) => {
    const covering = coveringNames(names, name);
    return covering.length === 1
      ? []
      : [{ name, covering, sort: JSON.stringify([covering.slice(1), isHidden]) }];
  });
}

/**
 * Adds the members to the classes of names. A class that is the name of one member alone goes: the server covers that
 * index by its other names, too.
 */
export function addMembers(
  classes: readonly NameClass[],
  members: readonly NameClass[],
  patterns: readonly string[],
): readonly NameClass[] {
  if (members.length === 0) return classes;
  const known = new Set(members.map(({ example }) => example));
  const isMember = ({ example, accepted }: NameClass): boolean =>
    known.has(example) && accepted.some((place) => patterns[place] === example);
  return [...classes.filter((one) => !isMember(one)), ...members];
}
