import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_ID } from "js-yaml";
import type { Event } from "js-yaml";
import { escapePointer } from "../../kinds/pointer.ts";
import type { Declared, Place } from "../../model.ts";
import { placer } from "./places.ts";
import { YamlError, readEvents, startOf, textOf } from "./yaml-events.ts";

/** Finds the place of something inside an entity: `pointer` is a JSON pointer below the entity, "" the entity itself. */
export type Locator = (entity: Declared, pointer: string) => Place;

/**
 * A locator for the entities of a directory. Places inside entities are not kept by loading: they are worked out
 * again when a finding needs one, and remembered for the last file asked for, so ask file by file.
 */
export function createLocator(path: string): Locator {
  let last: { file: string; find: (pointer: string) => Place | undefined } | undefined;
  return (entity, pointer) => {
    const { file } = entity.at;
    if (last?.file !== file) last = { file, find: locateIn(file, read(join(path, file))) };
    return last.find(`/${escapePointer(entity.name)}${pointer}`) ?? entity.at;
  };
}

/**
 * Where a JSON pointer stands in a file: the key of a field, the first character of a list's item. For what is not
 * there, the place of the nearest thing around it. Undefined when nothing of it is there, or the file is no YAML.
 */
export function locateIn(file: string, text: string): (pointer: string) => Place | undefined {
  const offsets = offsetsOf(text);
  const placeOf = placer(file, text);
  return (pointer) => {
    for (let rest = pointer; rest !== ""; rest = rest.slice(0, rest.lastIndexOf("/"))) {
      const offset = offsets.get(rest);
      if (offset !== undefined) return placeOf(offset);
    }
    return undefined;
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return "";
  }
}

interface Walk {
  readonly text: string;
  readonly events: readonly Event[];
  readonly offsets: Map<string, number>;
  next: number;
  offset: number;
}

function offsetsOf(text: string): Map<string, number> {
  const offsets = new Map<string, number>();
  try {
    const events = readEvents(text);
    if (events.length > 0) walkNode({ text, events, offsets, next: 1, offset: 0 }, "");
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
  }
  return offsets;
}

function walkNode(walk: Walk, pointer: string): void {
  const event = walk.events[walk.next++]!;
  walk.offset = offsetOf(event, walk.offset);
  if (pointer !== "" && !walk.offsets.has(pointer)) walk.offsets.set(pointer, walk.offset);
  if (event.type === EVENT_ID.SEQUENCE) walkItems(walk, pointer);
  if (event.type === EVENT_ID.MAPPING) walkFields(walk, pointer);
}

function offsetOf(event: Event, before: number): number {
  if (event.type === EVENT_ID.SCALAR) return startOf(event, before);
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  return "start" in event ? event.start : before;
}

function walkItems(walk: Walk, pointer: string): void {
  for (let index = 0; walk.events[walk.next]?.type !== EVENT_ID.POP; index++)
    walkNode(walk, `${pointer}/${index}`);
  walk.next++;
}

function walkFields(walk: Walk, pointer: string): void {
  while (walk.events[walk.next]?.type !== EVENT_ID.POP) {
    const key = walk.events[walk.next];
    const name = key?.type === EVENT_ID.SCALAR ? textOf(walk.text, key) : "";
    walkNode(walk, "");
    const field = `${pointer}/${escapePointer(name)}`;
    walk.offsets.set(field, walk.offset);
    walkNode(walk, field);
  }
  walk.next++;
}
