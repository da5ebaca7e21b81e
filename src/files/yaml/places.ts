import { readFileSync } from "node:fs";
import type { Place } from "../../model/finding.ts";

/** Turns offsets into lines and columns, as SnakeYAML and editors count them. It finds the line ends once. */
export function createPlacer(file: string, text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= findLineStarts(text);
    const line = countAtMost(starts, offset);
    return { file, line, column: offset - starts[line - 1]! + 1 };
  };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  const lineEnd = /\r\n?|\n/g;
  while (lineEnd.test(text)) starts.push(lineEnd.lastIndex);
  return starts;
}

/** Returns the offset of the line's first character. */
export function findLineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineEnd(text.charCodeAt(start - 1))) start--;
  return start;
}

/** Finds the ends of lines in one text. For growing offsets it reads each character once. */
export class LineEnds {
  readonly #text: string;
  #from = 0;
  #end = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the offset of the first line end at or after an offset, or the end of the text. */
  after(offset: number): number {
    if (this.#end >= offset && offset >= this.#from) return this.#end;
    let end = offset;
    while (end < this.#text.length && !isLineEnd(this.#text.charCodeAt(end))) end++;
    [this.#from, this.#end] = [offset, end];
    return end;
  }
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

/** Counts the numbers of an ascending list that are at most `limit`. */
export function countAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads a file again, to find places in it. A file that is gone by now has none. */
export function readTextOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return "";
  }
}
