import { isRecord } from "../value/record.ts";
import { withoutPaths, valueAtPath } from "../value/path.ts";
import { kinds } from "../kinds/index.ts";
import type { Change, WriteState } from "../model/change.ts";
import type { LiveKind } from "../model/entity.ts";
import type { Body, Value } from "../model/value.ts";
import { isSameValue } from "../value/equal.ts";
import { Secret } from "../secrets/secret.ts";
import { findParts } from "../value/walk.ts";
import { withFlags } from "./live-entity.ts";

/** Compares a live entity with both sides of a change. Both may match if osac cannot see what differs. */
export function compareWithLive(change: Change, live: LiveKind): WriteState {
  if (!live.readable) return { matchesBefore: false, matchesAfter: false };
  const entity = live.entities.get(change.name);
  const counting = (side: Body | undefined): Body | undefined => side && withoutPaths(side, change.ignored);
  const body = counting(entity && withFlags(change.kind, entity));
  const before = counting(change.action === "create" ? undefined : change.before);
  const after = counting(change.action === "delete" ? undefined : change.after);
  const names = Object.keys({ ...before, ...after });
  const hidden = kinds[change.kind].login?.hash;
  const fits = (side: Body | undefined, other: Body | undefined): boolean => {
    if (!side || !body) return side === body;
    return names.every(
      // A login that osac removed from one side, so that it is sent, proves nothing about that side.
      (name) => (name === hidden && !(name in side)) || fitsValue(side[name], body[name], other?.[name]),
    );
  };
  return { matchesBefore: fits(before, after), matchesAfter: fits(after, undefined) };
}

/**
 * Compares values at any depth. A secret that osac removed from one side, so that it is sent, is on the other
 * side.
 */
function fitsValue(side: Value | undefined, live: Value | undefined, other: Value | undefined): boolean {
  if (!isRecord(side) || !isRecord(live) || !isRecord(other)) return isSameValue(side, live);
  const takenOut = findParts(live, (part) => part instanceof Secret)
    .map(({ path }) => path)
    .filter((path) => valueAtPath(side, path) === undefined && valueAtPath(other, path) instanceof Secret);
  return isSameValue(side, withoutPaths(live, takenOut));
}
