import { makeFinding } from "../../errors.ts";
import type { FixedCode } from "../../codes.ts";
import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { setOwn } from "../../value/record.ts";
import type { Finding, Place } from "../../model/finding.ts";
import type { Json, JsonObject } from "../../model/value.ts";
import { createPlacer } from "./places.ts";
import { readPlain, readTagged, type Scalar } from "./scalar.ts";
import { findRefusals, hasUsualLines } from "./snakeyaml.ts";
import { YamlError, findEnd, readEvents, findStart, readScalarText } from "./yaml-events.ts";

/** A YAML file as the security plugin reads it. */
export interface ParsedYaml {
  /** Absent if the file is no YAML. Then `findings` has the error. */
  readonly value?: Json;
  /** The place of each key of the outermost mapping. */
  readonly keys: ReadonlyMap<string, Place>;
  readonly findings: readonly Finding[];
}

const ownTags = "tag:yaml.org,2002:";

interface Reader {
  readonly text: string;
  readonly events: readonly Event[];
  readonly keys: Map<string, Place>;
  readonly tagHandles: Map<string, string>;
  readonly locate: (offset: number) => Place;
  readonly findings: Finding[];
  /** Index of the next event. */
  next: number;
  /** The offset of the last event, which serves as the place of missing values. */
  offset: number;
  /** The keys and indices of the open collections. */
  readonly path: string[];
  readonly isSecret: IsSecret;
}

/** Returns true if the value at a path is a secret, which no message may quote. */
type IsSecret = (path: readonly string[]) => boolean;

/**
 * Parses a file as SnakeYAML and Jackson do (`DefaultObjectMapper.YAML_MAPPER`): YAML 1.1; keys are kept as
 * texts; a duplicate key is refused; an alias is only its name. What the plugin refuses is an error. What it
 * reads differently from a person is a warning. A file without content has the value null.
 */
export function parseYaml(file: string, text: string, isSecret: IsSecret = () => false): ParsedYaml {
  const locate = createPlacer(file, text);
  try {
    return readDocument(readEvents(text), text, locate, isSecret);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const message = `not valid YAML: ${error.message}`;
    const at = locate(error.offset);
    return { keys: new Map(), findings: [makeFinding("yaml-syntax", { message, at })] };
  }
}

function readDocument(
  events: readonly Event[],
  text: string,
  locate: Reader["locate"],
  isSecret: IsSecret,
): ParsedYaml {
  const tagHandles = new Map([["!!", ownTags]]);
  const reader: Reader = {
    text,
    events,
    locate,
    tagHandles,
    keys: new Map(),
    findings: [],
    next: 1,
    offset: 0,
    path: [],
    isSecret,
  };
  const [document] = events;
  if (document?.type !== EVENT_ID.DOCUMENT) return { value: null, keys: reader.keys, findings: [] };
  for (const directive of document.directives) {
    if (directive.kind === "tag") tagHandles.set(directive.handle, directive.prefix);
  }
  for (const { offset, reason } of hasUsualLines(text) ? [] : findRefusals(text, events)) {
    report(reader, "yaml-syntax", offset, `not valid YAML for the plugin: ${reason}`);
  }
  const value = readNode(reader);
  if (reader.next + 1 < events.length) reportSecondDocument(reader);
  return { value, keys: reader.keys, findings: reader.findings };
}

function reportSecondDocument(reader: Reader): void {
  const marker = /^---(?=\s|$)/gm;
  marker.lastIndex = reader.offset;
  const offset = marker.exec(reader.text)?.index ?? reader.offset;
  report(
    reader,
    "yaml-second-document",
    offset,
    "the plugin ignores this second YAML document",
    "keep one document in a file",
  );
}

function readNode(reader: Reader): Json {
  const event = reader.events[reader.next++];
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return readScalar(reader, event);
    case EVENT_ID.ALIAS:
      return readAlias(reader, event);
    case EVENT_ID.SEQUENCE:
      return readSequence(reader, event);
    case EVENT_ID.MAPPING:
      return readMapping(reader, event);
    default:
      throw new Error("the events of js-yaml are out of order");
  }
}

function readSequence(reader: Reader, event: SequenceEvent): Json[] {
  reader.offset = event.start;
  const items: Json[] = [];
  while (reader.events[reader.next]?.type !== EVENT_ID.POP) {
    const item = reader.events[reader.next];
    reader.path.push(String(items.length));
    const value = readNode(reader);
    if (item?.type === EVENT_ID.SCALAR) warnOfListItem(reader, item, value);
    reader.path.pop();
    items.push(value);
  }
  reader.next++;
  return items;
}

function readMapping(reader: Reader, event: MappingEvent): Json {
  reader.offset = event.start;
  const fields: JsonObject = {};
  while (reader.events[reader.next]?.type !== EVENT_ID.POP) {
    const { key, offset } = readKey(reader);
    if (reader.path.length === 0) reader.keys.set(key, reader.locate(offset));
    if (Object.hasOwn(fields, key)) {
      report(reader, "yaml-duplicate-key", offset, `the key "${key}" is here a second time`);
    }
    reader.path.push(key);
    setOwn(fields, key, readNode(reader));
    reader.path.pop();
  }
  reader.next++;
  return fields;
}

function readKey(reader: Reader): { key: string; offset: number } {
  const event = reader.events[reader.next];
  if (event?.type === EVENT_ID.SCALAR) {
    reader.next++;
    const offset = findStart(event, reader.offset);
    reader.offset = offset;
    const key = readScalarText(reader.text, event);
    if (key === "<<") {
      const hint = "write the fields out; nothing is merged";
      report(
        reader,
        "yaml-merge-key",
        offset,
        'the plugin does not support merge keys: "<<" is a field of that name',
        hint,
      );
    }
    return { key, offset };
  }
  const offset = event && "start" in event ? event.start : reader.offset;
  readNode(reader);
  report(
    reader,
    "yaml-complex-key",
    offset,
    "a key must be a text, not a list, a mapping or an alias",
    'put it in quotes, for example "*": or "{{ name }}":',
  );
  return { key: `(key ${reader.next})`, offset };
}

function readAlias(reader: Reader, event: AliasEvent): Json {
  const name = reader.text.slice(event.anchorStart, event.anchorEnd);
  reader.offset = event.anchorStart - 1;
  report(
    reader,
    "yaml-alias",
    reader.offset,
    `the plugin does not support aliases: this is the text ${quoted(reader, name)}`,
    "write the value out",
  );
  return name;
}

function readScalar(reader: Reader, event: ScalarEvent): Json {
  const offset = findStart(event, reader.offset);
  reader.offset = offset;
  const text = readScalarText(reader.text, event);
  const scalar = resolve(reader, event, text);
  if ("value" in scalar) {
    warnOfSecret(reader, offset, text, scalar.value);
    reader.offset = findEnd(event, offset);
    return scalar.value;
  }
  const message = `${quoted(reader, text)} looks like a number to the plugin, and cannot be read as one`;
  report(reader, "yaml-number", offset, message, "put it in quotes to make it a text");
  return text;
}

function resolve(reader: Reader, event: ScalarEvent, text: string): Scalar {
  const isPlain = event.style === SCALAR_STYLE.PLAIN;
  const tag = event.tagStart < 0 ? "!" : readTag(reader, event);
  if (tag === "!") return isPlain ? readPlain(text) : { value: text };
  if (!tag.startsWith(ownTags)) return { value: text };
  return readTagged(tag.slice(ownTags.length), text);
}

function readTag(reader: Reader, event: ScalarEvent): string {
  const written = reader.text.slice(event.tagStart, event.tagEnd);
  if (written !== "!" && written !== "!!str") {
    const tag = reader.isSecret(reader.path) ? "before it" : written;
    const message = `the plugin reads the tag ${tag} differently, or ignores it`;
    report(reader, "yaml-tag", event.tagStart, message, "remove the tag, and quote texts");
  }
  const verbatim = /^!<(.*)>$/.exec(written)?.[1];
  if (verbatim !== undefined) return verbatim;
  const handle = /^!(?:[\w-]*!)?/.exec(written)?.[0] ?? "";
  return (reader.tagHandles.get(handle) ?? handle) + written.slice(handle.length);
}

/** The plugin reads nearly every item of a list as a name: `[yes, 0777]` becomes "true" and "511". */
function warnOfListItem(reader: Reader, event: ScalarEvent, value: Json): void {
  if (event.style !== SCALAR_STYLE.PLAIN || typeof value === "string") return;
  const text = readScalarText(reader.text, event);
  const read = JSON.stringify(value);
  // Another finding reports a secret already, without its text.
  if (read === text || reader.isSecret(reader.path)) return;
  const message = `the plugin reads ${text === "" ? "an empty item" : text} as ${read}`;
  const hint = "put it in quotes to make it a text";
  report(reader, "yaml-scalar", findStart(event, reader.offset), message, hint);
}

/** Warns of a secret that the plugin reads differently, without quoting its text. */
function warnOfSecret(reader: Reader, offset: number, text: string, value: Json): void {
  if (typeof value === "string" || value === null || String(value) === text) return;
  if (!reader.isSecret(reader.path)) return;
  const what = typeof value === "boolean" ? "true or false" : "a number, written otherwise";
  const hint = "put it in quotes to make it a text";
  report(reader, "yaml-scalar", offset, `the plugin reads this secret as ${what}`, hint);
}

/** Quotes a text for a message. */
function quoted(reader: Reader, text: string): string {
  return reader.isSecret(reader.path) ? "***" : `"${text}"`;
}

function report(reader: Reader, code: FixedCode, offset: number, message: string, hint?: string): void {
  reader.findings.push(makeFinding(code, { message, at: reader.locate(offset), hint }));
}
