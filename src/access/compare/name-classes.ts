/** A set of names that the same patterns match, with one example. */
export interface NameClass {
  /** The places of the patterns that match, in ascending order. */
  readonly accepted: readonly number[];
  readonly example: string;
  /** True for an index of the cluster that patterns cover by an alias or a data stream, too. */
  readonly isMember?: boolean;
}

/** Characters that no name of an index, alias or data stream holds. */
const neverInNames = /[\\/*?"<>|, #:]/;

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
  /** The positions before the first character. */
  readonly starts: readonly number[];
  /** Stands for all characters that are in no pattern. */
  readonly other: string;
}

/** The key of a state has one character for each position. */
const positionsMax = 0xffff;

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
  const other = chooseOther(patterns);
  if (patterns.every(isPlain)) return listPlainClasses(patterns, within, other);
  const reading = readPatterns(patterns, other);
  if (reading.characters.length > positionsMax) return undefined;
  const classes = new Map<string, NameClass>();
  const seen = new Set<string>();
  const isWithin = reading.owners.map((pattern) => within.has(pattern));
  const queue: State[] = [{ positions: reading.starts, text: "" }];
  for (const state of queue) {
    budget.left -= state.positions.length;
    if (budget.left < 0) return undefined;
    if (state.text !== "") addClass(reading, state, within, classes);
    for (const letter of listLetters(reading, state)) {
      const positions = followLetter(reading, state.positions, letter);
      if (!positions.some((position) => isWithin[position])) continue;
      const key = String.fromCharCode(...positions);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ positions, text: state.text + letter });
    }
  }
  return [...classes.values()];
}

/** Returns a character that is in no pattern. */
function chooseOther(patterns: readonly string[]): string {
  const letters = [..."xyzwvabcdefghijklmnopqrstu0123456789"];
  return letters.find((letter) => !patterns.some((pattern) => pattern.includes(letter))) ?? "\u{e000}";
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
  for (const stem of sortStems(patterns, within)) {
    while (open.length > 0 && !stem.text.startsWith(open.at(-1)!.text)) open.pop();
    open.push(stem);
    const begun = open.flatMap(({ beginnings }) => beginnings);
    if (stem.names.length > 0) add([...begun, ...stem.names], stem.text);
    if (stem.beginnings.length > 0) add(begun, stem.text + other);
  }
  return classes.toSorted((a, b) => a.example.length - b.example.length || a.accepted[0]! - b.accepted[0]!);
}

/** Leaves out texts that begin otherwise than all of `within`: no name begins with both. */
function sortStems(patterns: readonly string[], within: ReadonlySet<number>): Stem[] {
  const texts = patterns.map((pattern) => pattern.replace(/\*+$/, ""));
  const wanted = [...within].map((place) => texts[place]!);
  const stems = new Map<string, Stem>();
  for (const [place, text] of texts.entries()) {
    if (!wanted.some((one) => one.startsWith(text) || text.startsWith(one))) continue;
    const stem = stems.get(text) ?? { text, beginnings: [], names: [] };
    (text === patterns[place] ? stem.names : stem.beginnings).push(place);
    stems.set(text, stem);
  }
  return [...stems.values()].toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

/** True if an index, alias or data stream can have the name. */
function isName(text: string): boolean {
  return text !== "" && !neverFirst.has(text[0]!) && !neverInNames.test(text);
}

function readPatterns(patterns: readonly string[], other: string): Reading {
  const [characters, owners, starts]: [(string | undefined)[], number[], number[]] = [[], [], []];
  for (const [index, pattern] of patterns.entries()) {
    starts.push(...reachPosition(characters.length, pattern[0]));
    for (const character of [...pattern.replaceAll(/\*+/g, "*").split(""), undefined]) {
      characters.push(character);
      owners.push(index);
    }
  }
  return { characters, owners, starts, other };
}

/** Returns a position, and the position after a `*`, because it may stand for nothing. */
function reachPosition(position: number, character: string | undefined): number[] {
  return character === "*" ? [position, position + 1] : [position];
}

/** Lists the characters that can come next: one that stands for all others, and each one in a pattern. */
function listLetters({ characters, other }: Reading, { positions, text }: State): Set<string> {
  const letters = new Set([other]);
  for (const position of positions) {
    const character = characters[position];
    if (character === undefined || character === "*" || character === "?") continue;
    if (isLetter(character, text)) letters.add(character);
  }
  return letters;
}

/**
 * Returns the positions after one more character. Of each pattern it leaves out those before the last `*`:
 * whatever matches from there, also matches from the `*`.
 */
function followLetter(
  { characters, owners }: Reading,
  positions: readonly number[],
  letter: string,
): number[] {
  const next: number[] = [];
  for (const position of positions) {
    const character = characters[position];
    if (character !== "*" && character !== "?" && character !== letter) continue;
    const reached = character === "*" ? position : position + 1;
    if (characters[reached] === "*") {
      while (next.length > 0 && owners[next.at(-1)!] === owners[reached]) next.pop();
      next.push(reached, reached + 1);
    } else next.push(reached);
  }
  return next;
}

/** True if an index name can have the character after the text. */
function isLetter(character: string, text: string): boolean {
  return !neverInNames.test(character) && (text !== "" || !neverFirst.has(character));
}

function addClass(
  reading: Reading,
  { positions, text }: State,
  within: ReadonlySet<number>,
  classes: Map<string, NameClass>,
): void {
  const { characters, owners } = reading;
  const ends = positions.filter((position) => characters[position] === undefined);
  if (!ends.some((position) => within.has(owners[position]!))) return;
  const accepted = ends.map((position) => owners[position]!);
  const key = accepted.join();
  if (classes.has(key)) return;
  // If the pattern allows it, an example with more characters reads better.
  const goesOn = followLetter(reading, positions, reading.other).join() === positions.join();
  classes.set(key, { accepted, example: goesOn ? text + reading.other : text });
}
