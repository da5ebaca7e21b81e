import { writeCodePoint } from "../../value/code-point.ts";
import { EVENT_ID, SCALAR_STYLE, COLLECTION_STYLE } from "js-yaml";
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { LineEnds } from "./places.ts";
import { findEnd, isQuoted, findStart } from "./yaml-events.ts";

/** A part of the text that js-yaml accepts, and that SnakeYAML of the plugin refuses or reads differently. */
export interface Refusal {
  readonly offset: number;
  readonly reason: string;
}

const key = String.raw`\w[\w ./@-]{0,200}`;
const plain = String.raw`[\w./~$](?:[ -9;-~]|:(?=[!-~]))*`;
const value = String.raw`(?:${plain}|'[ -&(-~]*'|"[ !#-[\]-~]*")`;

/** Any line but a blank one, a comment, `---`, and one short key or item with a value that ends in the line. */
const unusualLine = new RegExp(
  `^(?!(?:---| *(?:#[ -~]*|(?:- )?${key}:(?: ${value})?|- ${value})?)(?![^\\r\\n]))`,
  "m",
);

/** True for a text of lines that SnakeYAML and js-yaml both take, as most are: it needs no search for refusals. */
export function hasUsualLines(text: string): boolean {
  return !unusualLine.test(text);
}

interface Scan {
  readonly text: string;
  readonly refusals: Refusal[];
  /** The end of the last event. */
  end: number;
  /** Finds the ends of lines. */
  readonly lineEnd: LineEnds;
}

/**
 * Finds what SnakeYAML 2.1 refuses although js-yaml accepts it. Each rule was found by parsing thousands of
 * texts with both (`DefaultObjectMapper.YAML_MAPPER` of 2.11.1, 2.19.4 and 3.4.0, which agree).
 */
export function findRefusals(text: string, events: readonly Event[]): Refusal[] {
  const scan: Scan = { text, refusals: [], end: 0, lineEnd: new LineEnds(text) };
  checkCharacters(scan);
  checkMarker(scan);
  checkTabs(scan, events);
  const frames: Frame[] = [];
  for (const event of events) checkEvent(scan, frames, event);
  return scan.refusals;
}

interface Frame {
  readonly isFlow: boolean;
  readonly isMapping: boolean;
  /** True for a value in a mapping of lines, which must not begin in the line of its key. */
  readonly needsBreak: boolean;
  /** The offset of its first key or dash. */
  readonly start: number;
  /** The number of its nodes that have begun. In a mapping, keys are the even ones. */
  count: number;
}

/** Refuses control characters, lone surrogates, and invisible line ends of YAML 1.1. */
function checkCharacters({ text, refusals }: Scan): void {
  if (!/[^\t\n\r\x20-\x7E]/.test(text)) return;
  const offset = text.search(
    /[^\t\n\r\x20-\x7E\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/u,
  );
  if (offset < 0) return;
  const code = writeCodePoint(text.slice(offset, offset + 2));
  refusals.push({ offset, reason: `the character ${code} must not stand here` });
}

/** Refuses `...` without a document before it, and `---` that does not begin its line. */
function checkMarker({ text, refusals }: Scan): void {
  const blank = /[ \t]*(?:#[^\r\n]*)?[\r\n]/y;
  let start = 0;
  while (blank.test(text)) start = blank.lastIndex;
  const marker = /(?:[ \t]+---|[ \t]*\.\.\.)(?!\S)/y;
  marker.lastIndex = start;
  if (marker.test(text))
    refusals.push({ offset: marker.lastIndex - 3, reason: "the mark of a document must not stand here" });
}

function checkEvent(scan: Scan, frames: Frame[], event: Event): void {
  if (event.type === EVENT_ID.POP) return void frames.pop();
  if (event.type === EVENT_ID.DOCUMENT)
    return void frames.push({ isFlow: false, isMapping: false, needsBreak: false, start: 0, count: 0 });
  const frame = frames.at(-1)!;
  const isKey = frame.isMapping && frame.count % 2 === 0;
  checkBreak(scan, frame, event, isKey);
  frame.count++;
  checkProperties(scan, event, frame.isFlow);
  if (event.type === EVENT_ID.SCALAR) return checkScalar(scan, event, isKey, frame.isFlow);
  if (event.type === EVENT_ID.ALIAS) return void (scan.end = event.anchorEnd);
  const isMapping = event.type === EVENT_ID.MAPPING;
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  frames.push({
    isFlow,
    isMapping,
    needsBreak: frame.isMapping && !frame.isFlow && !isKey && !isFlow,
    start: event.start,
    count: 0,
  });
}

/**
 * Refuses a key or item outside of brackets that does not begin its own line. The first one in an item may
 * share its line.
 */
function checkBreak(
  scan: Scan,
  frame: Frame,
  event: MappingEvent | SequenceEvent | ScalarEvent | AliasEvent,
  isKey: boolean,
): void {
  if (frame.isFlow || (frame.isMapping && !isKey) || (frame.count === 0 && !frame.needsBreak)) return;
  const start = isAbsent(event) ? findStartOfAbsent(frame, scan.end) : findStartOfAny(event, scan.end);
  if (start < scan.end || scan.lineEnd.after(Math.max(0, scan.end - 1)) < start) return;
  scan.refusals.push({ offset: start, reason: "a line must not go on after a value" });
}

/** Finds the start of a first item without a value. js-yaml puts all others on lines of their own, too. */
function findStartOfAbsent({ count, start }: Frame, before: number): number {
  return count === 0 ? start : before - 1;
}

function isAbsent(event: MappingEvent | SequenceEvent | ScalarEvent | AliasEvent): boolean {
  return (
    event.type === EVENT_ID.SCALAR && event.valueStart < 0 && event.tagStart < 0 && event.anchorStart < 0
  );
}

function findStartOfAny(
  event: MappingEvent | SequenceEvent | ScalarEvent | AliasEvent,
  before: number,
): number {
  if (event.type === EVENT_ID.SCALAR) return findStart(event, before + 1);
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : event.start;
}

/** Refuses anchors and tags with characters that only YAML 1.2 allows. */
function checkProperties(
  { text, refusals }: Scan,
  event: { anchorStart: number; anchorEnd: number; tagStart?: number; tagEnd?: number },
  isInFlow: boolean,
): void {
  const { anchorStart, anchorEnd, tagStart = -1, tagEnd = -1 } = event;
  if (anchorStart >= 0 && !/^[^*&./:]+$/.test(text.slice(anchorStart, anchorEnd))) {
    refusals.push({ offset: anchorStart - 1, reason: "a text that begins with * or & needs quotes" });
  }
  if (tagStart < 0) return;
  const isTagRefused = /^!!$|^!<>$|#/.test(text.slice(tagStart, tagEnd));
  if (isTagRefused || (isInFlow && /[,\]}]/.test(text.charAt(tagEnd)))) {
    refusals.push({ offset: tagStart, reason: "a text that begins with ! needs quotes" });
  }
}

function checkScalar(scan: Scan, event: ScalarEvent, isKey: boolean, isInFlow: boolean): void {
  const { valueStart, valueEnd, style } = event;
  const before = scan.end;
  scan.end = findEnd(event, before);
  if (valueStart < 0) {
    if (isKey) scan.refusals.push({ offset: before, reason: "a key is missing" });
    return;
  }
  if (isKey) checkKey(scan, event, isInFlow);
  if (isInFlow && style === SCALAR_STYLE.PLAIN && /^:|\?/.test(scan.text.slice(valueStart, valueEnd))) {
    const reason = "a text with : at its begin, or with ?, needs quotes inside brackets";
    scan.refusals.push({ offset: valueStart, reason });
  }
  if (style === SCALAR_STYLE.DOUBLE_QUOTED)
    checkEscapes(scan, valueStart, scan.text.slice(valueStart, valueEnd));
}

function checkKey(
  { text, refusals, end }: Scan,
  { valueStart: offset, valueEnd }: ScalarEvent,
  isInFlow: boolean,
): void {
  if (valueEnd - offset > 1024) refusals.push({ offset, reason: "a key has more than 1024 characters" });
  if (isInFlow && /^[ \t]*[\r\n]\s*:/.test(text.slice(end, end + 1024))) {
    refusals.push({ offset, reason: "a key and its : must stand in one line" });
  }
}

/** Refuses `\/` and a tab after a backslash, which YAML 1.1 does not have. */
function checkEscapes({ refusals }: Scan, offset: number, written: string): void {
  for (const { index, 0: escape, 1: codePoint = "0" } of written.matchAll(
    /\\(?:U([0-9a-fA-F]{8})|[\s\S])/g,
  )) {
    if (escape !== "\\/" && escape !== "\\\t" && parseInt(codePoint, 16) <= 0x10ffff) continue;
    refusals.push({ offset: offset + index, reason: `there is no escape ${escape.trim()}` });
  }
}

/** Refuses tabs. SnakeYAML accepts them only in texts and comments, and after plain texts. */
function checkTabs({ text, refusals, lineEnd }: Scan, events: readonly Event[]): void {
  if (!text.includes("\t")) return;
  const scalars = events.flatMap((event) =>
    event.type === EVENT_ID.SCALAR && event.valueStart >= 0 ? [event] : [],
  );
  let [next, line, commentEnd] = [0, 0, 0];
  for (const { from, offset } of findTabs(text)) {
    // The rest of this line is a comment, in which tabs are allowed.
    if (from < commentEnd) continue;
    while (next < scalars.length && findStart(scalars[next]!, 0) <= offset) next++;
    const last = scalars[next - 1];
    for (let end = lineEnd.after(line); end < from; end = lineEnd.after(line)) line = end + 1;
    if (isTabAllowed(from, offset, line, last)) continue;
    if (!/(?:^|\s)#/.test(text.slice(Math.max(line, last ? findEnd(last, 0) : 0), offset)))
      return void refusals.push({ offset, reason: "a tab must not stand here, use blanks" });
    commentEnd = lineEnd.after(offset);
  }
}

/** Finds runs of blanks with a tab: the start of each, and its first tab. */
function* findTabs(text: string): Generator<{ readonly from: number; readonly offset: number }> {
  for (const { index: from, 0: run } of text.matchAll(/[ \t]+/g)) {
    const tab = run.indexOf("\t");
    if (tab >= 0) yield { from, offset: from + tab };
  }
}

/**
 * Returns true if a text may have a tab.
 *
 * @param from start of the run of blanks with the tab; `line` is the start of its line
 */
function isTabAllowed(from: number, offset: number, line: number, scalar: ScalarEvent | undefined): boolean {
  const end = scalar ? findEnd(scalar, 0) : 0;
  if (scalar && offset < end) {
    if (isQuoted(scalar) || from > line) return true;
    return scalar.style !== SCALAR_STYLE.PLAIN && offset - line >= scalar.indent;
  }
  return scalar?.style === SCALAR_STYLE.PLAIN && from <= end;
}
