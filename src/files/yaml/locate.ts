import { join } from "node:path";
import { EVENT_ID } from "js-yaml";
import type { Event } from "js-yaml";
import { escapePointer, parsePointer } from "../../value/path.ts";
import type { Declared } from "../../model/entity.ts";
import type { Place } from "../../model/finding.ts";
import { createPlacer, readTextOrNothing } from "./places.ts";
import { YamlError, readEvents, findStart, readScalarText } from "./yaml-events.ts";

/**
 * Finds the place of a value in an entity. `pointer` is a JSON pointer below the entity, and "" the entity
 * itself.
 */
export type Locator = (entity: Declared, pointer: string) => Place;

/**
 * Makes a locator for the entities of a directory. Loading keeps no places inside entities. The locator
 * computes them for a finding and caches the last file, so callers should ask file by file.
 */
export function createLocator(path: string): Locator {
  let last: { file: string; find: (pointer: string) => Place | undefined } | undefined;
  return (entity, pointer) => {
    const { file } = entity.at;
    if (last?.file !== file) last = { file, find: locateIn(file, readTextOrNothing(join(path, file))) };
    return last.find(`/${escapePointer(entity.name)}${pointer}`) ?? entity.at;
  };
}

/**
 * Finds the place of a JSON pointer in a file: the key of a field, or the first character of a list's item.
 * For a missing value, returns the place of its nearest parent. Returns undefined if no parent exists, or the
 * file is no YAML.
 */
export function locateIn(file: string, text: string): (pointer: string) => Place | undefined {
  const root = readNodes(text);
  const locate = createPlacer(file, text);
  return (pointer) => {
    const found = findDeepest(root, parsePointer(pointer));
    return found === root ? undefined : locate(found.offset);
  };
}

/** Finds the last existing node of a path. */
function findDeepest(root: Node, steps: readonly string[]): Node {
  let node = root;
  for (const step of steps) {
    const next = node.inner.get(step);
    if (!next) break;
    node = next;
  }
  return node;
}

/** A value in a file, with its children. One pointer for each value would copy the whole path. */
interface Node {
  readonly offset: number;
  readonly inner: Map<string, Node>;
}

interface Walk {
  readonly text: string;
  readonly events: readonly Event[];
  next: number;
  offset: number;
}

function readNodes(text: string): Node {
  const root: Node = { offset: 0, inner: new Map() };
  try {
    const events = readEvents(text);
    if (events.length > 0) walkNode({ text, events, next: 1, offset: 0 }, root);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
  }
  return root;
}

function walkNode(walk: Walk, node: Node): void {
  const event = walk.events[walk.next++]!;
  walk.offset = findOffset(event, walk.offset);
  if (event.type === EVENT_ID.SEQUENCE) walkItems(walk, node);
  if (event.type === EVENT_ID.MAPPING) walkFields(walk, node);
}

/** If a key occurs twice, the place of the last one counts. */
function enter({ inner }: Node, name: string, offset: number): Node {
  const node: Node = { offset, inner: inner.get(name)?.inner ?? new Map<string, Node>() };
  inner.set(name, node);
  return node;
}

function findOffset(event: Event, before: number): number {
  if (event.type === EVENT_ID.SCALAR) return findStart(event, before);
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  return "start" in event ? event.start : before;
}

function walkItems(walk: Walk, node: Node): void {
  for (let index = 0; ; index++) {
    const item = walk.events[walk.next];
    if (!item || item.type === EVENT_ID.POP) break;
    walkNode(walk, enter(node, String(index), findOffset(item, walk.offset)));
  }
  walk.next++;
}

function walkFields(walk: Walk, node: Node): void {
  while (walk.events[walk.next]?.type !== EVENT_ID.POP) {
    const key = walk.events[walk.next];
    const name = key?.type === EVENT_ID.SCALAR ? readScalarText(walk.text, key) : "";
    walkNode(walk, { offset: 0, inner: new Map() });
    walkNode(walk, enter(node, name, walk.offset));
  }
  walk.next++;
}
