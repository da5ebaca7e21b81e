import type { Place } from "../model.ts";

/** Turns offsets into lines and columns, as SnakeYAML and editors count them; line ends are found once. */
export function placer(file: string, text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n?|\n/g), (end) => end.index + end[0].length)];
    const line = countAtMost(starts, offset);
    return { file, line, column: offset - starts[line - 1]! + 1 };
  };
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineEnd(text.charCodeAt(start - 1))) start--;
  return start;
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

/** How many of the ascending numbers are at most `limit`. */
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
