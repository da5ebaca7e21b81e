import { styleText } from "node:util";

/** How a report may look: plain for files and CI, coloured on a terminal that likes it. */
export interface Look {
  readonly isColoured: boolean;
  /** Characters a line should not exceed. */
  readonly width: number;
  /** The width at which prose goes on in the next line; absent where a line may be as long as it is, as in files and logs. */
  readonly wrapAt?: number;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

type Environment = Readonly<Record<string, string | undefined>>;

/** Without a terminal there is no width to keep to; this is what reads well in logs. */
const widthDefault = 110;

/** Decides by FORCE_COLOR, NO_COLOR (no-color.org: empty counts as not set), TERM, and whether somebody is watching. */
export function lookOf(
  stream: { readonly isTerminal: boolean; readonly columns?: number },
  env: Environment,
): Look {
  const { isTerminal, columns } = stream;
  const width = columns || widthDefault;
  return {
    isColoured: isColoured(isTerminal, env),
    width,
    ...(isTerminal && columns ? { wrapAt: columns } : {}),
  };
}

function isColoured(isTerminal: boolean, env: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return isTerminal && !refused && terminal !== "dumb";
}

/** The text in a style, or as it is where the look is plain. */
export function paint(look: Look, style: Style | readonly Style[], text: string): string {
  return look.isColoured ? styleText(style as Style | Style[], text, { validateStream: false }) : text;
}

/** The length of the longest text, for a column of them; 0 for none. */
export function measureWidth(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/**
 * Breaks prose between words.
 *
 * @param column where it begins in its first line
 * @param margin what each further line begins with
 */
export function wrapWords({ wrapAt = Infinity }: Look, text: string, column: number, margin: string): string {
  let left = wrapAt - column;
  const pieces = text.split(" ").map((word, index) => {
    const isFitting = index === 0 || word.length + 1 <= left;
    left = isFitting ? left - word.length - Number(index > 0) : wrapAt - margin.length - word.length;
    if (index === 0) return word;
    return isFitting ? ` ${word}` : `\n${margin}${word}`;
  });
  return pieces.join("");
}
