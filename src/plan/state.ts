import { isFields, trueFlags } from "../kinds/canonical.ts";
import { ownField, withoutPaths } from "../kinds/fields.ts";
import { kinds } from "../kinds/index.ts";
import type { Body, Change, LiveKind, Standing, Value } from "../model.ts";
import { sameValue } from "../kinds/same.ts";
import { Secret } from "../secret.ts";

/** Compares a live entity with the two ends of a change. Both may fit, where all that differs cannot be seen. */
export function standingOf(change: Change, live: LiveKind): Standing {
  if (!live.readable) return { isBefore: false, isAfter: false };
  const entity = live.entities.get(change.name);
  const counting = (side: Body | undefined): Body | undefined => side && withoutPaths(side, change.ignored);
  const body = counting(entity && { ...trueFlags(kinds[change.kind], entity.raw), ...entity.body });
  const before = counting(change.action === "create" ? undefined : change.before);
  const after = counting(change.action === "delete" ? undefined : change.after);
  const names = Object.keys({ ...before, ...after });
  const hidden = kinds[change.kind].login?.hash;
  const fits = (side: Body | undefined, other: Body | undefined): boolean => {
    if (!side || !body) return side === body;
    return names.every(
      // A login that was taken out of one side in order to be sent says nothing about that side.
      (name) => (name === hidden && !(name in side)) || fitsValue(side[name], body[name], other?.[name]),
    );
  };
  return { isBefore: fits(before, after), isAfter: fits(after, undefined) };
}

/** The same for other secrets that were taken out, at any depth: the other side has them. */
function fitsValue(side: Value | undefined, live: Value | undefined, other: Value | undefined): boolean {
  if (!isFields(side) || !isFields(live) || !isFields(other)) return sameValue(side, live);
  return Object.keys({ ...side, ...live }).every((name) => {
    const [value, now, wanted] = [ownField(side, name), ownField(live, name), ownField(other, name)];
    const isTakenOut = value === undefined && now instanceof Secret && wanted instanceof Secret;
    return isTakenOut || fitsValue(value, now, wanted);
  });
}
