import { readPattern } from "../match-pattern.ts";

/** How many samples an expression is tried with. */
const count = 64;

const consonants = "bcdfghjklmnprstvwxz";
const vowels = "aeiou";

/** The forms of real names of indices, users and roles, made of words and numbers. */
const forms: readonly ((word: () => string, digit: () => string) => string)[] = [
  (word) => word(),
  (word) => `${word()}-${word()}`,
  (word) => `${word()}_${word()}`,
  (word) => `${word()}.${word()}`,
  (word, digit) => `${word()}-20${digit()}${digit()}.0${digit()}`,
  (word, digit) => `${word()}${digit()}`,
  (word, digit) => `${digit()}${digit()}-${word()}`,
  (word) => `${word()}@${word()}.org`,
];

/**
 * Makes names that depend on a text, and on every character of it. Whoever writes an expression can leave out
 * names that osac tries always, but not these: they change with the expression.
 */
export function makeSamples(text: string): string[] {
  const pick = createPicker(text);
  const word = (): string =>
    Array.from({ length: 2 + pick(3) }, () => consonants[pick(19)]! + vowels[pick(5)]!)
      .join("")
      .slice(pick(2));
  return Array.from({ length: count }, (_, place) => forms[place % forms.length]!(word, () => `${pick(10)}`));
}

/** Makes addresses that depend on a text, as `makeSamples` makes names. */
export function makeAddresses(text: string): string[] {
  const pick = createPicker(text);
  return Array.from({ length: count }, () => [1 + pick(9), pick(256), pick(256), pick(256)].join("."));
}

/** Returns a function that picks a number below a limit. Equal texts give equal numbers. */
function createPicker(text: string): (limit: number) => number {
  let state = [...text].reduce((hash, letter) => mix(hash ^ letter.codePointAt(0)!), 0x81_1c_9d_c5);
  return (limit) => {
    state = mix(state + 0x9e_37_79_b9);
    return state % limit;
  };
}

/** Spreads each bit of a number over all of its bits. */
function mix(number: number): number {
  const once = Math.imul(number ^ (number >>> 16), 0x21_f0_aa_ad);
  const twice = Math.imul(once ^ (once >>> 15), 0x73_5a_2d_97);
  return (twice ^ (twice >>> 15)) >>> 0;
}

/** True if an expression matches most names. One that osac cannot run may. */
export function isWideExpression(expression: string): boolean {
  const test = readPattern(expression);
  return makeSamples(expression).filter((name) => test(name) !== "no").length > count / 2;
}
