import type { NameIndex } from "../effective/facts.ts";
import { coveringNames } from "../effective/facts.ts";
import { readPattern } from "../match-pattern.ts";
import type { NameClass } from "./name-classes.ts";

/** Chooses a name to show, of classes of names that the same change concerns. */
export type ChooseExample = (classes: readonly NameClass[], patterns: readonly string[]) => string;

/** With more indices than these, a made-up example is good enough. */
const triedMax = 200;

/**
 * Returns a function that chooses an index of the cluster if there is one: readers know it. An alias comes last,
 * because it can be without members of its own that change.
 */
export function createExampleChooser(names: NameIndex | undefined): ChooseExample {
  if (names === undefined) return ([first]) => first!.example;
  const indices = listPlainIndices(names).slice(0, triedMax);
  const isGroup = (name: string): boolean => names.aliases.has(name) || names.streams.has(name);
  return (classes, patterns) => {
    const plain = classes.filter(({ isMember, example }) => !isMember && !isGroup(example));
    const tests = plain.length === 0 ? [] : patterns.map(readPattern);
    const real = indices.find((name) => {
      const accepted = tests.flatMap((test, place) => (test(name) === "no" ? [] : [place]));
      return plain.some((one) => one.accepted.join() === accepted.join());
    });
    return real ?? (plain[0] ?? classes.find(({ isMember }) => isMember) ?? classes[0]!).example;
  };
}

/** Lists the open indices that patterns cover by their own name only. */
function listPlainIndices(names: NameIndex): string[] {
  return names.open.filter(
    (name) =>
      !name.startsWith(".") && !names.indices.get(name)!.isHidden && coveringNames(names, name).length === 1,
  );
}
