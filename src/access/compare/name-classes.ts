/** A set of names that the same patterns match, with one example. */
export interface NameClass {
  /** The places of the patterns that match, in ascending order. */
  readonly accepted: readonly number[];
  readonly example: string;
  /** True for an index of the cluster that patterns cover by an alias or a data stream, too. */
  readonly isMember?: boolean;
}

/** Characters that no name of an index, alias or data stream holds. */
const neverInNames = new Set('\\/*?"<>|, #:');

const neverFirst = new Set("-_+");

/** A set of positions in patterns, in ascending order, and a shortest text that leads there. */
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

/** The steps that a comparison may still make. Patterns such as `*x*` can need very many. */
export interface Budget {
  left: number;
}

/**
 * Finds every class of names that the same patterns match. It visits only names that one of the patterns
 * `within` can match. Undefined if that takes more steps than the budget has.
 */
export function findNameClasses(
  patterns: readonly string[],
  within: ReadonlySet<number>,
  budget: Budget,
): readonly NameClass[] | undefined {
  const reading = readPatterns(patterns);
  if (patterns.every(isPlain)) return listPlainClasses(patterns, within, reading.other);
  const classes = new Map<string, NameClass>();
  const seen = new Set<string>();
  const first = keepLatest(
    reading,
    reading.starts.flatMap((start) => closePosition(reading, start)),
  );
  const queue: State[] = [{ positions: first, text: "" }];
  for (const state of queue) {
    budget.left -= state.positions.length;
    if (budget.left < 0) return undefined;
    if (state.text !== "") addClass(reading, state, within, classes);
    for (const next of followState(reading, state)) {
      if (!next.positions.some((position) => within.has(reading.owners[position]!))) continue;
      const key = next.positions.join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return [...classes.values()];
}

/** True for a name, and for the beginning of names such as `logs-*`. */
function isPlain(pattern: string): boolean {
  return !/[*?]/.test(pattern.replace(/\*+$/, ""));
}

/** The patterns with one text before the `*`, and the name that is the text itself. */
interface Stem {
  readonly text: string;
  readonly beginnings: number[];
  readonly names: number[];
}

/**
 * Lists the classes of names and beginnings: each name, and each beginning that goes on with a character of no
 * pattern. In alphabetical order, the beginnings of a text stand before it.
 */
function listPlainClasses(
  patterns: readonly string[],
  within: ReadonlySet<number>,
  other: string,
): readonly NameClass[] {
  const classes: NameClass[] = [];
  const open: Stem[] = [];
  const add = (accepted: readonly number[], example: string): void => {
    if (isName(example) && accepted.some((place) => within.has(place)))
      classes.push({ accepted: accepted.toSorted((a, b) => a - b), example });
  };
  for (const stem of sortStems(patterns)) {
    while (open.length > 0 && !stem.text.startsWith(open.at(-1)!.text)) open.pop();
    open.push(stem);
    const begun = open.flatMap(({ beginnings }) => beginnings);
    if (stem.names.length > 0) add([...begun, ...stem.names], stem.text);
    if (stem.beginnings.length > 0) add(begun, stem.text + other);
  }
  return classes.toSorted((a, b) => a.example.length - b.example.length || a.accepted[0]! - b.accepted[0]!);
}

function sortStems(patterns: readonly string[]): Stem[] {
  const stems = new Map<string, Stem>();
  for (const [place, pattern] of patterns.entries()) {
    const text = pattern.replace(/\*+$/, "");
    const stem = stems.get(text) ?? { text, beginnings: [], names: [] };
    (text === pattern ? stem.names : stem.beginnings).push(place);
    stems.set(text, stem);
  }
  return [...stems.values()].toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

/** True if an index, alias or data stream can have the name. */
function isName(text: string): boolean {
  return text !== "" && !neverFirst.has(text[0]!) && !text.split("").some((one) => neverInNames.has(one));
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

/** Returns a position, and the position after a `*`, because it may stand for nothing. */
function closePosition({ characters }: Reading, position: number): number[] {
  return characters[position] === "*" ? [position, position + 1] : [position];
}

/**
 * Leaves out the positions before the last `*` that a pattern has reached: whatever matches from there, also
 * matches from the `*`. Positions are in ascending order.
 */
function keepLatest({ characters, owners }: Reading, positions: readonly number[]): number[] {
  const latest: number[] = [];
  for (let index = positions.length - 1, passed = -1; index >= 0; index--) {
    const position = positions[index]!;
    if (owners[position] === passed) continue;
    latest.push(position);
    if (characters[position] === "*") passed = owners[position]!;
  }
  return latest.toReversed();
}

/** Lists the states after one more character: one for each character in a pattern, and one for all others. */
function followState(reading: Reading, { positions, text }: State): State[] {
  const always = followAny(reading, positions);
  const asked = new Map<string, number[]>([[reading.other, []]]);
  for (const position of positions) {
    const character = reading.characters[position];
    if (character === undefined || character === "*" || character === "?") continue;
    if (!isLetter(character, text)) continue;
    if (!asked.get(character)?.push(position + 1)) asked.set(character, [position + 1]);
  }
  const states: State[] = [];
  for (const [letter, own] of asked)
    if (always.length + own.length > 0)
      states.push({ positions: joinPositions(reading, always, own), text: text + letter });
  return states;
}

/** Lists the positions after any one character. */
function followAny({ characters }: Reading, positions: readonly number[]): number[] {
  const next: number[] = [];
  for (const position of positions) {
    if (characters[position] === "*") next.push(position);
    else if (characters[position] === "?") next.push(position + 1);
  }
  return next;
}

/** Sorts and closes the positions that a step leads to. */
function joinPositions(reading: Reading, always: readonly number[], own: readonly number[]): number[] {
  const all: number[] = [];
  for (const target of [...always, ...own]) {
    all.push(target);
    if (reading.characters[target] === "*") all.push(target + 1);
  }
  all.sort((a, b) => a - b);
  return keepLatest(
    reading,
    all.filter((position, index) => position !== all[index - 1]),
  );
}

/** True if an index name can have the character after the text. */
function isLetter(character: string, text: string): boolean {
  return !neverInNames.has(character) && (text !== "" || !neverFirst.has(character));
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
  const goesOn = joinPositions(reading, followAny(reading, positions), []).join() === positions.join();
  classes.set(key, { accepted, example: goesOn ? text + reading.other : text });
}
