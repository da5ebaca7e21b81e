import { makeLintFinding } from "../errors.ts";
import { findNearest } from "../value/nearest.ts";
import { formatPath } from "../value/path.ts";
import { knownActions } from "./known-actions.ts";
import type { TextCheck } from "./rule.ts";

/** The most letters that differ in a typing mistake, and the fewest letters of a word that can have one. */
const mistakesMax = 2;
const shortestWord = 5;

/** The known actions, one on each line. */
const listing = ["", ...knownActions].join("\n");

/** The beginnings of actions and action patterns, each up to a slash. */
const beginnings = new Set(
  [...knownActions].flatMap((name) => listSlashes(name).map((end) => name.slice(0, end))),
);

/**
 * Finds names of actions that do not exist and are nearly the name of a known action. A name that is near to
 * none may be an action of a plugin, and gets no finding.
 */
export const unknownAction: TextCheck = (text) => {
  const action = guessAction(text);
  if (action === undefined) return undefined;
  return ({ pointer, shown, isSecret }) =>
    makeLintFinding("unknown-action", {
      pointer,
      message: `${formatPath(pointer)}: ${shown} is no action of OpenSearch or its plugins, so it allows nothing`,
      hint: isSecret ? "correct the name of the action" : `did you mean "${action}"?`,
    });
};

/** Guesses the action, or the beginning of actions, that the author probably meant. */
function guessAction(text: string): string | undefined {
  if (!/^[A-Za-z]+:[^*?\s]*\*?$/.test(text) || text.length < 10) return undefined;
  if (!text.endsWith("*")) return guessAmong(text, knownActions);
  const beginning = text.slice(0, -1);
  if (listing.includes(`\n${beginning}`)) return undefined;
  const found = guessAmong(beginning, beginnings);
  return found && `${found}*`;
}

function guessAmong(text: string, names: ReadonlySet<string>): string | undefined {
  if (names.has(text)) return undefined;
  // Measures only actions that differ in one word: many wrong names must not take long.
  const words = splitWords(text);
  return findNearest(
    text,
    [...names].filter((name) => isSlip(words, splitWords(name))),
    mistakesMax,
  );
}

/** True if one word differs, and is so long that it is probably neither another verb nor a plural. */
function isSlip(words: readonly string[], others: readonly string[]): boolean {
  if (words.length !== others.length) return false;
  const [place, ...more] = words.flatMap((word, index) => (word === others[index] ? [] : [index]));
  if (place === undefined || more.length > 0) return false;
  const [word, other] = [words[place]!, others[place]!];
  return word.length >= shortestWord && `${word}s` !== other && word !== `${other}s`;
}

function splitWords(name: string): readonly string[] {
  return name.split(/[:/]/);
}

function listSlashes(name: string): number[] {
  return [...name.matchAll(/[:/]/g)].map(({ index }) => index + 1);
}
