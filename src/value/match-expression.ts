/** A regular expression, as far as this module understands it. */
type Node =
  | { readonly type: "character"; readonly test: RegExp }
  | { readonly type: "edge"; readonly isEnd: boolean }
  | { readonly type: "sequence"; readonly items: readonly Node[] }
  | { readonly type: "choice"; readonly options: readonly Node[] }
  | { readonly type: "repeat"; readonly item: Node; readonly least: number; readonly most: number }
  | { readonly type: "look"; readonly item: Node; readonly isNegative: boolean };

/** One instruction. The next one follows it, unless it names another. */
type Instruction =
  | { readonly do: "take"; readonly test: RegExp }
  | { readonly do: "edge"; readonly isEnd: boolean }
  | { readonly do: "split"; readonly to: readonly number[] }
  | { readonly do: "look"; readonly isNegative: boolean; readonly next: number }
  | { readonly do: "accept" };

/** An expression or text beyond one of these limits gets no answer. */
const [charactersMax, depthMax, instructionsMax, stepsMax] = [4_096, 100, 1_000, 200_000];

/**
 * The result is unknown: the expression is too large, or has a construct that this module does not
 * understand.
 */
class Unanswered extends Error {}

/**
 * Returns true if an expression of JavaScript (flag `u`, and `i` on request) matches the whole text. Returns
 * undefined for expressions with references or lookbehinds, and beyond the limit of steps. Other people write
 * both expression and text, and the engine of JavaScript takes exponential time for some. This module runs
 * each instruction once for each character.
 */
export function matchesExpression(source: string, text: string, ignoresCase = false): boolean | undefined {
  return readExpression(source, ignoresCase)(text);
}

/** Reads an expression once, to match many texts as `matchesExpression` does. */
export function readExpression(source: string, ignoresCase: boolean): (text: string) => boolean | undefined {
  let program: readonly Instruction[] | undefined;
  return (text) => {
    if (text.length > charactersMax) return undefined;
    return answer(() => {
      program ??= compile(source, ignoresCase);
      return new Machine(program, [...text]).accepts(0, 0);
    });
  };
}

function answer(find: () => boolean): boolean | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof Unanswered || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function compile(source: string, ignoresCase: boolean): Instruction[] {
  if (source.length > charactersMax) throw new Unanswered();
  // The engine refuses invalid expressions here, so the reader below accepts only valid ones.
  const valid = new RegExp(source, ignoresCase ? "iu" : "u");
  const program: Instruction[] = [];
  emit(program, new Reader(valid).readAll());
  program.push({ do: "edge", isEnd: true }, { do: "accept" });
  return program;
}

/** Parses a valid expression. */
class Reader {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;
  #depth = 0;

  constructor({ source, flags }: RegExp) {
    this.#source = source;
    this.#flags = flags;
  }

  readAll(): Node {
    if (++this.#depth > depthMax) throw new Unanswered();
    const options: Node[] = [];
    do {
      const items: Node[] = [];
      while (!["|", ")", undefined].includes(this.#source[this.#at])) items.push(this.#readTerm());
      options.push({ type: "sequence", items });
    } while (this.#take(/\|/y) !== undefined);
    this.#depth--;
    return options.length === 1 ? options[0]! : { type: "choice", options };
  }

  #readTerm(): Node {
    const item = this.#readItem();
    const [, sign, least, comma, most] = this.#match(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y) ?? [];
    if (sign !== undefined)
      return { type: "repeat", item, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity };
    if (least === undefined) return item;
    const end = comma === "" ? Number(least) : most === "" ? Infinity : Number(most);
    return { type: "repeat", item, least: Number(least), most: end };
  }

  #readItem(): Node {
    const edge = this.#take(/[\^$]/y);
    if (edge !== undefined) return { type: "edge", isEnd: edge === "$" };
    const opening = this.#take(/\((?:\?(?:[:=!]|<(?![=!])[^>]*>))?/y);
    if (opening !== undefined) return this.#readGroup(opening);
    const character = this.#take(
      /\\(?:[dDsSwWfnrtv0]|[^\w]|x\w{2}|u\{\w+\}|u(?![dD][89a-fA-F])\w{4})|\[(?:[^\]\\]|\\[^])*\]|[^\\()[\]{}*+?|^$]/uy,
    );
    if (character === undefined) throw new Unanswered();
    return { type: "character", test: new RegExp(`^(?:${character})$`, this.#flags) };
  }

  #readGroup(opening: string): Node {
    const item = this.readAll();
    this.#at++;
    return /[=!]$/.test(opening) ? { type: "look", item, isNegative: opening.endsWith("!") } : item;
  }

  #take(pattern: RegExp): string | undefined {
    return this.#match(pattern)?.[0];
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

function emit(program: Instruction[], node: Node): void {
  if (program.length > instructionsMax) throw new Unanswered();
  switch (node.type) {
    case "character":
      return void program.push({ do: "take", test: node.test });
    case "edge":
      return void program.push({ do: "edge", isEnd: node.isEnd });
    case "sequence":
      return node.items.forEach((item) => emit(program, item));
    case "choice":
      return emitChoice(program, node.options);
    case "repeat":
      return emitRepeat(program, node.item, node);
    case "look":
      return emitLook(program, node.item, node.isNegative);
  }
}

/** Reserves a place for an instruction whose targets are not yet known. */
function reserve(program: Instruction[]): (instruction: Instruction) => void {
  const at = program.push({ do: "accept" }) - 1;
  return (instruction) => void (program[at] = instruction);
}

function emitChoice(program: Instruction[], options: readonly Node[]): void {
  const begin = reserve(program);
  const starts: number[] = [];
  const ends = options.map((option) => {
    starts.push(program.length);
    emit(program, option);
    return reserve(program);
  });
  begin({ do: "split", to: starts });
  for (const end of ends) end({ do: "split", to: [program.length] });
}

function emitRepeat(
  program: Instruction[],
  item: Node,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  const whole = most === Infinity ? least : most;
  if (whole > instructionsMax) throw new Unanswered();
  const exits: ((instruction: Instruction) => void)[] = [];
  const starts: number[] = [];
  for (let count = 0; count < whole; count++) {
    if (count >= least) {
      exits.push(reserve(program));
      starts.push(program.length);
    }
    const begin = program.length;
    emit(program, item);
    // An empty repetition stays empty, whatever its count is.
    if (program.length === begin) break;
  }
  if (most === Infinity) {
    const loop = program.length;
    exits.push(reserve(program));
    starts.push(program.length);
    emit(program, item);
    program.push({ do: "split", to: [loop] });
  }
  exits.forEach((exit, index) => exit({ do: "split", to: [starts[index]!, program.length] }));
}

function emitLook(program: Instruction[], item: Node, isNegative: boolean): void {
  const begin = reserve(program);
  emit(program, item);
  program.push({ do: "accept" });
  begin({ do: "look", isNegative, next: program.length });
}

/** An instruction to run, and the position of its character in the text. */
type Way = readonly [at: number, position: number];

/** Runs a program on a text. */
class Machine {
  readonly #program: readonly Instruction[];
  readonly #text: readonly string[];
  /** What earlier runs found out. Lookaheads within lookaheads start at the same places very often. */
  readonly #known = new Map<number, boolean>();
  #steps = 0;

  constructor(program: readonly Instruction[], text: readonly string[]) {
    this.#program = program;
    this.#text = text;
  }

  /** Returns true if a path through the program, from an instruction and a character, reaches its end. */
  accepts(from: number, start: number): boolean {
    const first = this.#toKey(from, start);
    const known = this.#known.get(first);
    if (known !== undefined) return known;
    const seen = new Set<number>();
    const isFound = this.#run([from, start], seen);
    // Where no path leads to the end, none does from any place that was passed.
    for (const key of isFound ? [first] : seen) this.#known.set(key, isFound);
    return isFound;
  }

  #run(begin: Way, seen: Set<number>): boolean {
    const open: Way[] = [begin];
    for (let next = open.pop(); next; next = open.pop()) {
      const [at, position] = next;
      const key = this.#toKey(at, position);
      if (seen.has(key) || this.#known.get(key) === false) continue;
      seen.add(key);
      if (++this.#steps > stepsMax) throw new Unanswered();
      const instruction = this.#program[at]!;
      if (instruction.do === "accept" || this.#known.get(key) === true) return true;
      open.push(...this.#follow(instruction, at, position));
    }
    return false;
  }

  #toKey(at: number, position: number): number {
    return at * (this.#text.length + 1) + position;
  }

  /** Returns the instructions and positions after one instruction. */
  #follow(instruction: Exclude<Instruction, { do: "accept" }>, at: number, position: number): readonly Way[] {
    if (instruction.do === "split") return instruction.to.map((target): Way => [target, position]);
    if (instruction.do === "look") {
      const isFound = this.accepts(at + 1, position);
      return isFound === instruction.isNegative ? [] : [[instruction.next, position]];
    }
    const character = this.#text[position];
    if (instruction.do === "take")
      return character !== undefined && instruction.test.test(character) ? [[at + 1, position + 1]] : [];
    const isEdge = instruction.isEnd ? character === undefined : position === 0;
    return isEdge ? [[at + 1, position]] : [];
  }
}
