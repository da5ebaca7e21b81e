import { SCALAR_STYLE, YAMLException, getScalarValue, parseEvents } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";
import { depthMax } from "../../value/depth.ts";
import { countAtMost, findLineStart } from "./places.ts";

/** Wider than any real indentation. */
const padding = " ".repeat(200);

/** The limits for checking lines one by one: the number of lines, and the number of characters for that. */
const attemptsMax = 50;
const charactersMax = 32 * 2 ** 20;

const closingLines = /^[ \t]*[\]}][\]},\t ]*(?:#.*)?$/gm;

/** The reason and the offset of an error in YAML. */
export class YamlError extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/**
 * Reads the events of js-yaml. SnakeYAML ignores indentation inside brackets, while js-yaml requires `]` to
 * be indented more than its key. So the lines that js-yaml refuses for this are indented, and the offsets
 * corrected afterwards.
 */
export function readEvents(text: string): readonly Event[] {
  const starts = new Set<number>();
  for (let attempt = 0; ; attempt++) {
    const result = tryToParse(indentLines(text, starts));
    if (!(result instanceof YamlError)) return result;
    const line = findLineStart(text, result.offset);
    const mayIndent = result.message === "deficient indentation" && !isMarker(text, line);
    if (!mayIndent || starts.has(line) || attempt === attemptsMax) throw result;
    if (attempt * text.length > charactersMax) throw result;
    for (const start of attempt === 0 ? [line, ...findClosingLines(text)] : [line]) starts.add(start);
  }
}

function tryToParse({ text, toOriginal }: Indented): readonly Event[] | YamlError {
  try {
    const events = parseEvents(text, { maxDepth: depthMax });
    return toOriginal ? events.map((event) => shiftEvent(event, toOriginal)) : events;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = error.mark?.position ?? 0;
    return new YamlError(redactReason(error.reason), toOriginal?.(offset) ?? offset);
  }
}

/** Removes texts of the file from the reason, because they may be a part of a secret. */
function redactReason(reason: string): string {
  return reason.replace(/ "[^]*"| such characters: [^]*/, (found) =>
    found.startsWith(' "') ? "" : " such characters",
  );
}

/** Finds the lines that only close brackets. If js-yaml refuses one of them, it refuses others too. */
function findClosingLines(text: string): number[] {
  return Array.from(text.matchAll(closingLines), (line) => line.index);
}

/** Returns true if a document begins or ends at this offset. */
function isMarker(text: string, offset: number): boolean {
  return /^(?:---|\.\.\.)(?!\S)/.test(text.slice(offset, offset + 4));
}

interface Indented {
  readonly text: string;
  /** Maps an offset in the indented text to one in the original, if they differ. */
  readonly toOriginal?: (offset: number) => number;
}

function indentLines(text: string, starts: ReadonlySet<number>): Indented {
  if (starts.size === 0) return { text };
  const sorted = [...starts].toSorted((a, b) => a - b);
  const moved = sorted.map((start, index) => start + index * padding.length);
  const pieces = sorted.map((start, index) => text.slice(start, sorted[index + 1]));
  const toOriginal = (offset: number): number => {
    const count = countAtMost(moved, offset - 1);
    return count === 0 ? offset : Math.max(sorted[count - 1]!, offset - count * padding.length);
  };
  return { text: [text.slice(0, sorted[0]), ...pieces].join(padding), toOriginal };
}

/** Moves every offset of an event; -1 means no offset. */
function shiftEvent(event: Event, toOriginal: (offset: number) => number): Event {
  const moved: Record<string, unknown> = { ...event };
  for (const key of ["start", "valueStart", "valueEnd", "anchorStart", "anchorEnd", "tagStart", "tagEnd"]) {
    const offset = moved[key];
    if (typeof offset === "number" && offset >= 0) moved[key] = toOriginal(offset);
  }
  return moved as unknown as Event;
}

/** Reads a scalar's text. Unlike js-yaml, SnakeYAML adds no line end to a block that ends with the file. */
export function readScalarText(text: string, event: ScalarEvent): string {
  const value = getScalarValue(text, event);
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  const isCut =
    isBlock && event.valueEnd >= text.length && text.slice(findLineStart(text, text.length)).trim() !== "";
  return isCut && value.endsWith("\n") ? value.slice(0, -1) : value;
}

/**
 * Returns the start of a scalar, its quotes included. An empty one starts at the end of the event before it.
 */
export function findStart(event: ScalarEvent, before: number): number {
  if (event.valueStart < 0) return before;
  return isQuoted(event) ? event.valueStart - 1 : event.valueStart;
}

/** Returns the end of a scalar, its quotes included. */
export function findEnd(event: ScalarEvent, before: number): number {
  if (event.valueStart < 0) return before;
  return isQuoted(event) ? event.valueEnd + 1 : event.valueEnd;
}

/** Returns true if a scalar has quotes around it. */
export function isQuoted(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
}
