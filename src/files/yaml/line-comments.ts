import { join } from "node:path";
import { EVENT_ID } from "js-yaml";
import type { Place } from "../../model/finding.ts";
import { createPlacer, readTextOrNothing } from "./places.ts";
import { YamlError, readEvents } from "./yaml-events.ts";

/** A comment `# osac-disable-line CODE REASON`. */
export interface LineComment {
  readonly at: Place;
  readonly code: string;
  readonly reason: string;
}

const marker = "osac-disable-line";

/** Reads the comments of some files of a directory. It parses only files that contain the word. */
export function readLineComments(path: string, files: Iterable<string>): LineComment[] {
  return [...files].flatMap((file) => {
    const text = readTextOrNothing(join(path, file));
    return text.includes(marker) ? findLineComments(file, text) : [];
  });
}

/** Finds the comments of a text. A value that looks like one is none. */
export function findLineComments(file: string, text: string): LineComment[] {
  const scalars = readScalars(text);
  const locate = createPlacer(file, text);
  return [...text.matchAll(/(?<=^|[ \t])#[ \t]*osac-disable-line(?![\w-])([^\r\n]*)/gm)]
    .filter(({ index }) => !isWithin(scalars, index))
    .map(({ index, 1: rest = "" }) => {
      const [, code = "", reason = ""] = /^\s*(\S*)\s*(.*?)\s*$/.exec(rest) ?? [];
      return { at: locate(index), code, reason };
    });
}

type Range = readonly [start: number, end: number];

/** In ascending order. A file that is no YAML has an error anyway. */
function readScalars(text: string): Range[] {
  try {
    return readEvents(text).flatMap((event): Range[] =>
      event.type === EVENT_ID.SCALAR && event.valueStart >= 0 ? [[event.valueStart, event.valueEnd]] : [],
    );
  } catch (error) {
    if (error instanceof YamlError) return [[0, text.length]];
    throw error;
  }
}

function isWithin(ranges: readonly Range[], offset: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] <= offset) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= offset;
}
