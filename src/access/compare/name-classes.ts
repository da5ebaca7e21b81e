/** A set of names that the same patterns match, with one example. */
export interface NameClass {
  /** The places of the patterns that match, in ascending order. */
  readonly accepted: readonly number[];
  readonly example: string;
}

/** Characters that no name of an index, alias or data stream holds. */
const neverInNames = new Set('\\/*?"<>|, #:');

const neverFirst = new Set("-_+");

/** A set of positions in patterns, and a shortest text that leads there. */
interface State {
  readonly positions: readonly number[];
  readonly text: string;
}

/** Patterns of `*` and `?`, read side by side. */
interface Reading {
  /** The characters of all patterns one after the other; undefined at the end of a pattern. */
  readonly characters: readonly (string | undefined)[];
  /** The pattern that a position belongs to. */
  readonly owners: readonly number[];
  readonly starts: readonly number[];
  /** Stands for all characters that are in no pattern. */
  readonly other: string;
}

/**
 * Finds every class of names that the same patterns match. It visits only names that one of the patterns
 * `within` can match. Undefined if there are more states than `max`.
 */
export function findNameClasses(
  patterns: readonly string[],
  within: ReadonlySet<number>,
  max: number,
): readonly NameClass[] | undefined {
  const reading = readPatterns(patterns);
  const classes = new Map<string, NameClass>();
  const seen = new Set<string>();
  const first = reading.starts.flatMap((start) => closePosition(reading, start));
  const queue: State[] = [{ positions: first, text: "" }];
  for (const state of queue) {
    if (state.text !== "") addClass(reading, state, within, classes);
    for (const next of followState(reading, state)) {
      if (!next.positions.some((position) => within.has(reading.owners[position]!))) continue;
      const key = next.positions.join();
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > max) return undefined;
      queue.push(next);
    }
  }
  return [...classes.values()];
}

function readPatterns(patterns: readonly string[]): Reading {
  const [characters, owners, starts]: [(string | undefined)[], number[], number[]] = [[], [], []];
  for (const [index, pattern] of patterns.entries()) {
    starts.push(characters.length);
    for (const character of [...pattern.replaceAll(/\*+/g, "*").split(""), undefined]) {
      characters.push(character);
      owners.push(index);
    }
  }
  const known = new Set(characters);
  const other = [..."xyzwvabcdefghijklmnopqrstu0123456789"].find((letter) => !known.has(letter));
  return { characters, owners, starts, other: other ?? "\u{e000}" };
}

/** Returns a position, and the positions after each `*` that may stand for nothing. */
function closePosition({ characters }: Reading, position: number): number[] {
  const all = [position];
  for (let at = position; characters[at] === "*"; at++) all.push(at + 1);
  return all;
}

/** Lists the states after one more character: one for each character in a pattern, and one for all others. */
function followState(reading: Reading, { positions, text }: State): State[] {
  const letters = new Set([reading.other]);
  for (const position of positions) {
    const character = reading.characters[position];
    if (character !== undefined && isLetter(character, text)) letters.add(character);
  }
  return [...letters]
    .map((letter) => ({ positions: stepBy(reading, positions, letter), text: text + letter }))
    .filter((state) => state.positions.length > 0);
}

/** True if an index name can have the character after the text. */
function isLetter(character: string, text: string): boolean {
  return !neverInNames.has(character) && (text !== "" || !neverFirst.has(character));
}

function stepBy(reading: Reading, positions: readonly number[], letter: string): number[] {
  const next = new Set<number>();
  for (const position of positions) {
    const character = reading.characters[position];
    const target = character === "*" ? position : position + 1;
    if (character === "*" || character === "?" || character === letter)
      for (const one of closePosition(reading, target)) next.add(one);
  }
  return [...next].toSorted((a, b) => a - b);
}

function addClass(
  reading: Reading,
  { positions, text }: State,
  within: ReadonlySet<number>,
  classes: Map<string, NameClass>,
): void {
  const { characters, owners } = reading;
  const accepted = positions
    .filter((position) => characters[position] === undefined)
    .map((position) => owners[position]!);
  if (!accepted.some((pattern) => within.has(pattern))) return;
  const key = accepted.join();
  if (classes.has(key)) return;
  // If the pattern allows it, an example with more characters reads better.
  const goesOn = stepBy(reading, positions, reading.other).join() === positions.join();
  classes.set(key, { accepted, example: goesOn ? text + reading.other : text });
}
