import { stripVTControlCharacters, styleText } from "node:util";

/** How a report may look: plain for files and CI, coloured on a terminal that likes it. */
export interface Theme {
  readonly isColoured: boolean;
  /** Characters a line should not exceed. */
  readonly width: number;
}

/** The styles that the reports use. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

type Environment = Readonly<Record<string, string | undefined>>;

/** Without a terminal there is no width to keep to; this is what reads well in logs. */
const widthDefault = 110;

/** Decides by FORCE_COLOR, NO_COLOR (no-color.org: empty counts as not set), TERM, and whether somebody is watching. */
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

/** The text in a style, or as it is where the look is plain. */
export function applyStyle(theme: Theme, style: Style | readonly Style[], text: string): string {
  return theme.isColoured ? styleText(style as Style | Style[], text, { validateStream: false }) : text;
}

/** The length of the longest text, for a column of them; 0 for none. */
export function measureWidth(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/**
 * Breaks lines that are too wide between words. A line goes on below its last column, if that stands in the left half,
 * else a little further in than it began.
 */
export function fitLines(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (measureLine(line) <= width ? line : fitLine(line, width)))
    .join("\n");
}

function fitLine(line: string, width: number): string {
  const [, title, command] = /^(To [a-z ]+:) (osac .*)$/.exec(line) ?? [];
  // To be copied, it stays whole.
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

/** Two blanks or more stand only between columns: in values they are shown as escapes. */
function hangingColumn(line: string, most: number): number {
  const columns = [...line.matchAll(/(?<=\S) {2,}/g)].map(({ index, 0: gap }) => index + gap.length);
  const [start] = /^ *(?:\d+\. )?/.exec(line)!;
  return columns.findLast((column) => column <= most) ?? Math.max(start.length, line.search(/\S/) + 2);
}

/** The characters that a line takes on the screen. */
function measureLine(line: string): number {
  return stripVTControlCharacters(line).length;
}
