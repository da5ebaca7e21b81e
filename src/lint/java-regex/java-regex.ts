/** Flags of `java.util.regex.Pattern` that change how the rest of a pattern is read. */
interface Flags {
  readonly isCommented: boolean;
  readonly isUnixLines: boolean;
  readonly isUnicodeClass: boolean;
  readonly isCaseInsensitive: boolean;
}

/** The lengths that a look-behind needs: Java requires "an obvious maximum length", and counts in 32 bits. */
interface Measure {
  length: number;
  isBounded: boolean;
  /** True if it matches in one way only; otherwise a repeated group becomes a loop without a maximum. */
  isFixed: boolean;
}

type Study = (measure: Measure) => void;

/** A piece of a pattern measures itself and then what follows, as `Node.study` does. */
interface Piece {
  readonly study: (rest: Study) => Study;
  /** One character or class: Java repeats those in a way of their own. */
  readonly isCharacter?: true;
}

class RegexError extends Error {}

/** The parts of a pattern that Java's words quote. */
const repeatedParts = / (?:<\w+>|\[.*\]|\{.*\}|'[*+?]')/s;

const maxRepetitions = 0x7fffffff;
const nothing: Study = () => undefined;
const empty: Piece = { study: (rest) => rest };
const character: Piece = { study: (rest) => (measure) => rest(add(measure, 1)), isCharacter: true };
const lineBreak: Piece = { study: (rest) => (measure) => rest(add(measure, 2)) };
const reference: Piece = { study: (rest) => (measure) => rest(Object.assign(measure, { isBounded: false })) };
const loop: Piece = {
  study: () => (measure) => Object.assign(measure, { isBounded: false, isFixed: false }),
};

/**
 * Returns the reason, in Java's words, why `Pattern.compile` of Java refuses a text; undefined if the text
 * compiles. The parser follows OpenJDK 17 to 25. It does not check the names of characters and of Unicode
 * blocks (`\N{…}`, `\p{InGreek}`).
 */
export function javaRegexError(source: string): string | undefined {
  try {
    new PatternReader(source).readAll();
    return undefined;
  } catch (error) {
    if (error instanceof RegexError) return error.message;
    if (error instanceof RangeError) return "Nested too deeply";
    throw error;
  }
}

/** True if the server reads a text as a regular expression wherever it matches names. */
export function isPattern(text: string): boolean {
  return text.startsWith("/") && text.endsWith("/");
}

/**
 * Returns the reason why the server cannot compile a pattern for names: `/…/` is a regular expression, and a
 * single slash does not compile either. Undefined if the pattern compiles or has no slashes around it. The
 * reason repeats no part of the text, which may be a secret.
 */
export function patternError(text: string): string | undefined {
  if (!isPattern(text)) return undefined;
  return text === "/" ? "a single slash" : javaRegexError(text.slice(1, -1))?.replace(repeatedParts, "");
}

interface Group {
  readonly content: Piece;
  /** Look-arounds and `(?>…)` are one piece to a repetition. */
  readonly isAtomic?: true;
}

/** A cursor over one pattern; its methods are those of `java.util.regex.Pattern`, and in their order. */
class PatternReader {
  readonly #pattern: readonly number[];
  readonly #names = new Set<string>();
  #cursor = 0;
  #flags: Flags = { isCommented: false, isUnixLines: false, isUnicodeClass: false, isCaseInsensitive: false };

  constructor(source: string) {
    this.#pattern = withoutQuotes(Array.from(source, (character) => character.codePointAt(0)!));
  }

  readAll(): void {
    this.#expression();
    if (this.#cursor === this.#pattern.length) return;
    throw new RegexError(this.#is(")") ? "Unmatched closing ')'" : "Unescaped trailing backslash");
  }

  #expression(): Piece {
    const branches = [this.#sequence()];
    while (this.#is("|")) {
      this.#next();
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? branches[0]! : branch(branches);
  }

  #sequence(): Piece {
    const pieces: Piece[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === code("|") || next === code(")") || this.#isEnd(next)) return chain(pieces);
      const piece = this.#piece(next);
      if (piece !== undefined) pieces.push(piece);
    }
  }

  /** One piece with its repetition; undefined for a group that only sets flags. */
  #piece(first: number): Piece | undefined {
    switch (String.fromCodePoint(first)) {
      case "(":
        return this.#group();
      case "[":
        this.#characterClass(true);
        return this.#closure(character);
      case "\\":
        return this.#closure(this.#escapeOrFamily());
      case "*":
      case "+":
      case "?":
        throw new RegexError(`Dangling meta character '${String.fromCodePoint(first)}'`);
      case "{":
        return this.#closure(empty);
      case "^":
      case "$":
        this.#next();
        return this.#closure(empty);
      default:
        this.#next();
        return this.#closure(character);
    }
  }

  #escapeOrFamily(): Piece {
    if (this.#familyAhead()) {
      this.#family();
      return character;
    }
    const letter = String.fromCodePoint(this.#at(1));
    this.#escape(false, false);
    if (/[1-9k]/.test(letter)) return reference;
    if (letter === "R") return lineBreak;
    return /[ABGXZbz]/.test(letter) ? empty : character; // Java does not measure \X.
  }

  /** `?`, `*`, `+`, `{n,m}`, each also lazy or possessive. */
  #closure(piece: Piece, isGroup = false): Piece {
    switch (String.fromCodePoint(this.#peek())) {
      case "?":
        this.#next();
        return this.#mode() !== "possessive" && isGroup ? branch([piece, empty]) : optional(piece);
      case "*":
      case "+": {
        const least = this.#is("*") ? 0 : 1;
        this.#next();
        return this.#repeated(piece, least, maxRepetitions, isGroup);
      }
      case "{":
        return this.#counted(piece, isGroup);
      default:
        return piece;
    }
  }

  #mode(): "greedy" | "lazy" | "possessive" {
    const mode = this.#is("+") ? "possessive" : this.#is("?") ? "lazy" : "greedy";
    if (mode !== "greedy") this.#next();
    return mode;
  }

  #repeated(piece: Piece, least: number, most: number, isGroup: boolean): Piece {
    const mode = this.#mode();
    if (piece.isCharacter && most === maxRepetitions && mode === "greedy") return endless;
    return isGroup && mode !== "possessive" && !isFixed(piece) ? loop : repeated(piece, least, most);
  }

  #counted(piece: Piece, isGroup: boolean): Piece {
    if (!isDigit(this.#at(1))) throw new RegexError("Illegal repetition");
    this.#cursor++;
    const least = this.#number(this.#read());
    let most = least;
    if (least.after === code(",")) {
      const after = this.#read();
      most = after === code("}") ? { value: maxRepetitions, after } : this.#number(after);
    }
    if (most.after !== code("}")) throw new RegexError("Unclosed counted closure");
    if (most.value < least.value) throw new RegexError("Illegal repetition range");
    return this.#repeated(piece, least.value, most.value, isGroup);
  }

  #number(first: number): { value: number; after: number } {
    let value = 0;
    let after = first;
    for (; isDigit(after); after = this.#read()) {
      value = value * 10 + (after - code("0"));
      if (value > maxRepetitions) throw new RegexError("Illegal repetition range");
    }
    return { value, after };
  }

  #group(): Piece | undefined {
    const saved = this.#flags;
    const isSpecial = this.#next() === code("?");
    const group = isSpecial ? this.#specialGroup() : { content: this.#expression() };
    if (group === undefined) return undefined;
    this.#accept(")", "Unclosed group");
    this.#flags = saved;
    return this.#closure(group.content, !group.isAtomic);
  }

  #specialGroup(): Group | undefined {
    this.#cursor++;
    const kind = String.fromCodePoint(this.#at(0));
    this.#cursor++;
    switch (kind) {
      case ":":
        return { content: this.#expression() };
      case ">":
        return { content: atomic(this.#expression()), isAtomic: true };
      case "=":
      case "!":
        this.#expression();
        return { content: empty, isAtomic: true };
      case "<":
        return this.#namedOrBehind();
      case "$":
      case "@":
        throw new RegexError("Unknown group type");
      default:
        this.#cursor--;
        return this.#flagGroup();
    }
  }

  #namedOrBehind(): Group {
    const first = this.#read();
    if (first !== code("=") && first !== code("!")) {
      const name = this.#groupName(first);
      if (this.#names.has(name)) throw new RegexError(`Named capturing group <${name}> is already defined`);
      this.#names.add(name);
      return { content: this.#expression() };
    }
    if (!measured(this.#expression()).isBounded) {
      throw new RegexError("Look-behind group does not have an obvious maximum length");
    }
    return { content: empty, isAtomic: true };
  }

  #flagGroup(): Group | undefined {
    this.#setFlags(true);
    const next = this.#read();
    if (next === code(")")) return undefined;
    if (next !== code(":")) throw new RegexError("Unknown inline modifier");
    return { content: this.#expression() };
  }

  #setFlags(isOn: boolean): void {
    for (let character = this.#peek(); ; character = this.#next()) {
      const flag = String.fromCodePoint(character);
      if (flag === "-" && isOn) {
        this.#next();
        this.#setFlags(false);
        return;
      }
      if (!"imsducxU".includes(flag) || flag === "\0") return;
      if (flag === "x") this.#flags = { ...this.#flags, isCommented: isOn };
      if (flag === "d") this.#flags = { ...this.#flags, isUnixLines: isOn };
      if (flag === "U") this.#flags = { ...this.#flags, isUnicodeClass: isOn };
      if (flag === "i") this.#flags = { ...this.#flags, isCaseInsensitive: isOn };
    }
  }

  #groupName(first: number): string {
    if (!isLetter(first)) throw new RegexError("capturing group name does not start with a Latin letter");
    let name = "";
    let character = first;
    do {
      name += String.fromCodePoint(character);
      character = this.#read();
    } while (isLetter(character) || isDigit(character));
    if (character !== code(">")) throw new RegexError("named capturing group is missing trailing '>'");
    return name;
  }

  /** The character an escape stands for, or undefined for one that stands for a class, a place or a reference. */
  #escape(isInClass: boolean, isRangeEnd: boolean): number | undefined {
    const character = this.#at(1);
    this.#cursor += 2;
    const letter = String.fromCodePoint(character);
    if (!isInClass && /[1-9ABGRXZz]/.test(letter)) return undefined;
    if (/[DHSVWdhsw]/.test(letter)) return undefined;
    const simple = simpleEscapes[letter];
    if (simple !== undefined) return simple;
    if (/[0Nbckuvx]/.test(letter)) return this.#longEscape(letter, isInClass, isRangeEnd);
    if (isLetter(character) || isDigit(character)) throw illegalEscape();
    return character;
  }

  #longEscape(letter: string, isInClass: boolean, isRangeEnd: boolean): number | undefined {
    switch (letter) {
      case "0":
        return this.#octal();
      case "N":
        return this.#namedCharacter();
      case "b":
        return this.#boundary(isInClass);
      case "c":
        return this.#control();
      case "k":
        return this.#backReference(isInClass);
      case "u":
        return this.#unicode();
      case "v":
        return isRangeEnd ? 0x0b : undefined;
      default:
        return this.#hexadecimal();
    }
  }

  #octal(): number {
    const digits: number[] = [];
    for (let limit = 3; digits.length < limit;) {
      const character = this.#read();
      if (!isOctal(character)) {
        if (digits.length === 0) throw new RegexError("Illegal octal escape sequence");
        this.#cursor--;
        break;
      }
      digits.push(character - code("0"));
      if (digits[0]! > 3) limit = 2;
    }
    return digits.reduce((value, digit) => value * 8 + digit, 0);
  }

  #namedCharacter(): number {
    if (this.#read() !== code("{")) throw new RegexError("Illegal character name escape sequence");
    const start = this.#cursor;
    while (this.#read() !== code("}")) {
      if (this.#cursor >= this.#pattern.length)
        throw new RegexError("Unclosed character name escape sequence");
    }
    const name = String.fromCodePoint(...this.#pattern.slice(start, this.#cursor - 1));
    if (!/^[A-Za-z][\w -]*$/.test(name)) throw new RegexError(`Unknown character name [${name}]`);
    return 0;
  }

  #boundary(isInClass: boolean): undefined {
    if (isInClass) throw illegalEscape();
    if (!this.#is("{") || this.#at(1) !== code("g")) return undefined;
    this.#cursor += 2;
    if (this.#read() !== code("}")) throw illegalEscape();
    return undefined;
  }

  #control(): number {
    if (this.#cursor >= this.#pattern.length) throw new RegexError("Illegal control escape sequence");
    return this.#read() ^ 64;
  }

  #backReference(isInClass: boolean): undefined {
    if (isInClass) throw illegalEscape();
    if (this.#read() !== code("<"))
      throw new RegexError("\\k is not followed by '<' for named capturing group");
    const name = this.#groupName(this.#read());
    if (!this.#names.has(name)) throw new RegexError(`named capturing group <${name}> does not exist`);
    return undefined;
  }

  #unicode(): number {
    const high = this.#fourDigits();
    if (high < 0xd800 || high > 0xdbff || this.#at(0) !== code("\\") || this.#at(1) !== code("u"))
      return high;
    const back = this.#cursor;
    this.#cursor += 2;
    const low = this.#fourDigits();
    if (low >= 0xdc00 && low <= 0xdfff) return (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
    this.#cursor = back;
    return high;
  }

  #fourDigits(): number {
    let value = 0;
    for (let count = 0; count < 4; count++) {
      const character = this.#read();
      if (!isHexadecimal(character)) throw new RegexError("Illegal Unicode escape sequence");
      value = value * 16 + hexadecimalValue(character);
    }
    return value;
  }

  #hexadecimal(): number {
    const first = this.#read();
    if (isHexadecimal(first)) {
      const second = this.#read();
      if (isHexadecimal(second)) return hexadecimalValue(first) * 16 + hexadecimalValue(second);
    } else if (first === code("{") && isHexadecimal(this.#peek())) {
      return this.#longHexadecimal();
    }
    throw new RegexError("Illegal hexadecimal escape sequence");
  }

  #longHexadecimal(): number {
    let value = 0;
    let character = this.#read();
    for (; isHexadecimal(character); character = this.#read()) {
      value = value * 16 + hexadecimalValue(character);
      if (value > 0x10ffff) throw new RegexError("Hexadecimal codepoint is too big");
    }
    if (character !== code("}")) throw new RegexError("Unclosed hexadecimal escape sequence");
    return value;
  }

  #familyAhead(): boolean {
    return this.#at(1) === code("p") || this.#at(1) === code("P");
  }

  /** `\pL`, `\p{Lower}`, `\P{script=Latin}`; the cursor stands on the backslash. */
  #family(): void {
    this.#cursor++;
    const isLong = this.#next() === code("{");
    if (!isLong) this.#cursor--;
    this.#next();
    if (!isLong) {
      const name = String.fromCodePoint(this.#at(0));
      this.#read();
      this.#requireProperty(name);
      return;
    }
    const end = this.#pattern.indexOf(code("}"), this.#cursor);
    if (end < 0) throw new RegexError("Unclosed character family");
    const name = String.fromCodePoint(...this.#pattern.slice(this.#cursor, end));
    if (name === "") throw new RegexError("Empty character family");
    this.#cursor = end;
    this.#read();
    this.#requireProperty(name);
  }

  #requireProperty(name: string): void {
    const { isUnicodeClass, isCaseInsensitive } = this.#flags;
    if (!isProperty(name, { isUnicodeClass, isCaseInsensitive })) {
      throw new RegexError(`Unknown character property name {${name}}`);
    }
  }

  /** `[…]` with unions and intersections; without `isConsumed` the closing bracket is left for the caller. */
  #characterClass(isConsumed: boolean): void {
    if (this.#next() === code("^") && this.#at(-1) === code("[")) this.#next();
    for (let isEmpty = true; isEmpty || !this.#is("]"); isEmpty = false) this.#classMember(isEmpty);
    if (isConsumed) this.#next();
  }

  #classMember(isFirst: boolean): void {
    const first = this.#peek();
    if (this.#isEnd(first)) throw new RegexError("Unclosed character class");
    if (first === code("[")) return this.#characterClass(true);
    if (first !== code("&")) return this.#range();
    if (this.#next() === code("&")) {
      if (!this.#intersection() && isFirst) throw new RegexError("Bad class syntax");
      return;
    }
    this.#cursor--;
    this.#range();
  }

  #intersection(): boolean {
    let hasRight = false;
    let character = this.#next();
    while (character !== code("]") && character !== code("&")) {
      hasRight = true;
      if (character === code("[")) {
        this.#characterClass(true);
      } else {
        this.#cursor--;
        this.#characterClass(false);
      }
      character = this.#peek();
    }
    return hasRight;
  }

  #range(): void {
    const first = this.#classCharacter(false);
    if (first === undefined || !this.#is("-")) return;
    const end = this.#at(1);
    if (end === code("[") || end === code("]")) return;
    this.#next();
    const last = this.#peek() === code("\\") ? this.#escape(true, true) : this.#plainCharacter();
    if (last === undefined || last < first) throw new RegexError("Illegal character range");
  }

  #classCharacter(isRangeEnd: boolean): number | undefined {
    if (!this.#is("\\")) return this.#plainCharacter();
    if (this.#familyAhead()) {
      this.#family();
      return undefined;
    }
    return this.#escape(true, isRangeEnd || this.#at(2) === code("-"));
  }

  #plainCharacter(): number {
    const character = this.#peek();
    this.#next();
    return character;
  }

  #isEnd(character: number): boolean {
    return character === 0 && this.#cursor >= this.#pattern.length;
  }

  #is(character: string): boolean {
    return this.#peek() === code(character);
  }

  #at(offset: number): number {
    return this.#pattern[this.#cursor + offset] ?? 0;
  }

  #peek(): number {
    if (this.#flags.isCommented) this.#skipComments();
    return this.#at(0);
  }

  #next(): number {
    this.#cursor++;
    return this.#peek();
  }

  #read(): number {
    const character = this.#peek();
    this.#cursor++;
    return character;
  }

  #accept(character: string, message: string): void {
    if (this.#read() !== code(character)) throw new RegexError(message);
  }

  #skipComments(): void {
    for (;;) {
      while (isSpace(this.#at(0))) this.#cursor++;
      if (this.#at(0) !== code("#")) return;
      while (this.#at(0) !== 0 && !this.#isLineEnd(this.#at(0))) this.#cursor++;
    }
  }

  #isLineEnd(character: number): boolean {
    if (this.#flags.isUnixLines) return character === 0x0a;
    return [0x0a, 0x0d, 0x85, 0x2028, 0x2029].includes(character);
  }
}

function add(measure: Measure, length: number): Measure {
  measure.length = (measure.length + length) | 0;
  return measure;
}

function measured(piece: Piece): Measure {
  const measure: Measure = { length: 0, isBounded: true, isFixed: true };
  piece.study(nothing)(measure);
  return measure;
}

function isFixed(piece: Piece): boolean {
  return measured(piece).isFixed;
}

function chain(pieces: readonly Piece[]): Piece {
  return { study: (rest) => pieces.reduceRight((following, piece) => piece.study(following), rest) };
}

/** A piece whose content is measured on its own. */
function atomic(piece: Piece): Piece {
  return {
    study: (rest) => (measure) => {
      piece.study(nothing)(measure);
      rest(measure);
    },
  };
}

/** Measures the parts that follow from zero, and adds their length. */
function branch(pieces: readonly Piece[]): Piece {
  return {
    study: (rest) => (measure) => {
      const parts = pieces.map(measured);
      const following: Measure = { length: 0, isBounded: true, isFixed: true };
      rest(following);
      add(
        measure,
        parts.reduce((most, { length }) => Math.max(most, length), 0),
      );
      add(measure, following.length);
      measure.isBounded = measure.isBounded && following.isBounded && parts.every((part) => part.isBounded);
      measure.isFixed = false;
    },
  };
}

function optional(piece: Piece): Piece {
  return {
    study: (rest) => (measure) => {
      piece.study(nothing)(measure);
      rest(Object.assign(measure, { isFixed: false }));
    },
  };
}

/** A character repeated without end: Java adds the greatest number there is, and does not look whether it fits. */
const endless: Piece = {
  study: (rest) => (measure) => rest(Object.assign(add(measure, maxRepetitions), { isFixed: false })),
};

function repeated(piece: Piece, least: number, most: number): Piece {
  return {
    study: (rest) => (measure) => {
      const inner = measured(piece);
      const before = measure.length;
      add(measure, Math.imul(inner.length, most));
      measure.isBounded = measure.isBounded && inner.isBounded && measure.length >= before;
      measure.isFixed = measure.isFixed && inner.isFixed && least === most;
      rest(measure);
    },
  };
}

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

function illegalEscape(): RegexError {
  return new RegexError("Illegal/unsupported escape sequence");
}

/** Replaces `\Q…\E` by escapes, as Java does before it reads anything. */
function withoutQuotes(pattern: readonly number[]): readonly number[] {
  const result: number[] = [];
  let isQuoted = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    const following = pattern[index + 1];
    if (isQuoted) {
      if (character === code("\\") && following === code("E")) {
        isQuoted = false;
        index++;
      } else {
        result.push(...quoted(character));
      }
    } else if (character === code("\\") && following === code("Q")) {
      isQuoted = true;
      index++;
    } else {
      result.push(character);
      if (character === code("\\") && following !== undefined) result.push(pattern[++index]!);
    }
  }
  return result;
}

/** A digit is written as `\x3n`, because `\n` with a digit would be a reference. */
function quoted(character: number): number[] {
  if (isDigit(character)) return [code("\\"), code("x"), code("3"), character];
  return character > 127 || isLetter(character) ? [character] : [code("\\"), character];
}

function code(character: string): number {
  return character.codePointAt(0)!;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

function isOctal(character: number): boolean {
  return character >= 0x30 && character <= 0x37;
}

function isLetter(character: number): boolean {
  return (character >= 0x41 && character <= 0x5a) || (character >= 0x61 && character <= 0x7a);
}

function isHexadecimal(character: number): boolean {
  return (
    isDigit(character) || (character >= 0x41 && character <= 0x46) || (character >= 0x61 && character <= 0x66)
  );
}

function hexadecimalValue(character: number): number {
  return Number.parseInt(String.fromCodePoint(character), 16);
}

function isSpace(character: number): boolean {
  return character === 0x20 || (character >= 0x09 && character <= 0x0d);
}

const categories = new Set(
  `Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf L M N Z C P S LC LD L1 all
  ASCII Alnum Alpha Blank Cntrl Digit Graph Lower Print Punct Space Upper XDigit
  javaLowerCase javaUpperCase javaAlphabetic javaIdeographic javaTitleCase javaDigit javaDefined javaLetter
  javaLetterOrDigit javaJavaIdentifierStart javaJavaIdentifierPart javaUnicodeIdentifierStart
  javaUnicodeIdentifierPart javaIdentifierIgnorable javaSpaceChar javaWhitespace javaISOControl javaMirrored`.split(
    /\s+/,
  ),
);

/** Binary properties after `Is`, in any case. */
const binaryProperties = new Set(
  `ALPHABETIC ASSIGNED CONTROL HEXDIGIT HEX_DIGIT IDEOGRAPHIC JOINCONTROL JOIN_CONTROL LETTER LOWERCASE
  NONCHARACTERCODEPOINT NONCHARACTER_CODE_POINT PUNCTUATION TITLECASE UPPERCASE WHITESPACE WHITE_SPACE WORD
  EMOJI EMOJI_PRESENTATION EMOJI_MODIFIER EMOJI_MODIFIER_BASE EMOJI_COMPONENT EXTENDED_PICTOGRAPHIC
  ALNUM BLANK GRAPH PRINT ALPHA LOWER UPPER SPACE PUNCT XDIGIT CNTRL DIGIT`.split(/\s+/),
);

/** The POSIX names that `(?U)` reads in any case. */
const posixNames = new Set(
  "ALPHA LOWER UPPER SPACE PUNCT XDIGIT ALNUM CNTRL DIGIT BLANK GRAPH PRINT".split(" "),
);

function isProperty(name: string, flags: Pick<Flags, "isUnicodeClass" | "isCaseInsensitive">): boolean {
  const [key = "", value] = name.split(/=(.*)/s);
  if (value !== undefined) return isKeyedProperty(key.toLowerCase(), value);
  if (name.startsWith("In")) return isBlock(name.slice(2));
  if (name.startsWith("Is")) {
    const rest = name.slice(2);
    return binaryProperties.has(rest.toUpperCase()) || categories.has(rest) || isScript(rest);
  }
  if (flags.isUnicodeClass && posixNames.has(name.toUpperCase())) return true;
  return categories.has(name);
}

function isKeyedProperty(key: string, value: string): boolean {
  if (key === "sc" || key === "script") return isScript(value);
  if (key === "blk" || key === "block") return isBlock(value);
  return (key === "gc" || key === "general_category") && categories.has(value);
}

/** Java knows scripts by name and by ISO 15924 code, in any case; this runtime knows them in Unicode's own. */
function isScript(name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const cased = name.toLowerCase().replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
  try {
    return new RegExp(`\\p{sc=${cased}}`, "u").source !== "";
  } catch {
    return false;
  }
}

function isBlock(name: string): boolean {
  return /^[\w -]+$/.test(name);
}
