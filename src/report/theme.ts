import { stripVTControlCharacters, styleText } from "node:util";
import type { Environment } from "../model/environment.ts";

/** The look of a report: plain for files and CI, coloured on a terminal. */
export interface Theme {
  readonly isColoured: boolean;
  /** The most characters of a line, if it can be broken. */
  readonly width: number;
}

/** The styles that the reports use. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

/** The width without a terminal, which suits logs. */
const widthDefault = 110;

/** Chooses a theme by FORCE_COLOR, NO_COLOR (no-color.org: empty counts as not set), TERM and terminal. */
export function makeTheme(
  stream: { readonly isTerminal: boolean; readonly columns?: number },
  env: Environment,
): Theme {
  const { isTerminal, columns } = stream;
  return { isColoured: isColoured(isTerminal, env), width: columns || widthDefault };
}

function isColoured(isTerminal: boolean, env: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return isTerminal && !refused && terminal !== "dumb";
}

/** Returns the text in a style, or unchanged in a plain theme. */
export function applyStyle(theme: Theme, style: Style | readonly Style[], text: string): string {
  return theme.isColoured ? styleText(style as Style | Style[], text, { validateStream: false }) : text;
}

/** The length of the longest text, for a column of them; 0 for none. */
export function measureWidth(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/**
 * Breaks lines that are too wide between words. A line continues below its last column if that is in the left
 * half, otherwise a little further in than it began.
 */
export function fitLines(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (measureLine(line) <= width ? line : fitLine(line, width)))
    .join("\n");
}

function fitLine(line: string, width: number): string {
  const [, title, command] = /^(To [a-z ]+:) (osac .*)$/.exec(line) ?? [];
  // The command stays whole, so that it can be copied.
  if (command !== undefined) return `${title}\n  ${command}`;
  const margin = " ".repeat(hangingColumn(stripVTControlCharacters(line), width / 2));
  const words = line.split(/(?<=\S)(?= )/);
  let column = 0;
  const pieces = words.map((word, index) => {
    column += measureLine(word);
    if (index === 0 || column <= width) return word;
    const piece = margin + word.trimStart();
    column = measureLine(piece);
    return `\n${piece}`;
  });
  return pieces.join("");
}

/** Finds the last column of a line. Only columns follow two or more blanks: values show these as escapes. */
function hangingColumn(line: string, most: number): number {
  const columns = [...line.matchAll(/(?<=\S) {2,}/g)].map(({ index, 0: gap }) => index + gap.length);
  const [start] = /^ *(?:\d+\. )?/.exec(line)!;
  return columns.findLast((column) => column <= most) ?? Math.max(start.length, line.search(/\S/) + 2);
}

/** The characters that a line takes on the screen. */
function measureLine(line: string): number {
  return stripVTControlCharacters(line).length;
}
