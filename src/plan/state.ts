import { trueFlags } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Body, Change, LiveKind, Standing } from "../model.ts";
import { sameValue } from "../kinds/same.ts";

/** Compares a live entity with the two ends of a change. Both may fit, where all that differs cannot be seen. */
export function standingOf(change: Change, live: LiveKind): Standing {
  if (!live.readable) return { isBefore: false, isAfter: false };
  const entity = live.entities.get(change.name);
  const body = entity && { ...trueFlags(kinds[change.kind], entity.raw), ...entity.body };
  const before = change.action === "create" ? undefined : change.before;
  const after = change.action === "delete" ? undefined : change.after;
  const names = Object.keys({ ...before, ...after });
  const hidden = kinds[change.kind].login?.hash;
  const fits = (side: Body | undefined): boolean => {
    if (!side || !body) return side === body;
    // A login that was taken out of one side in order to be sent says nothing about that side.
    return names.every((name) => (name === hidden && !(name in side)) || sameValue(side[name], body[name]));
  };
  return { isBefore: fits(before), isAfter: fits(after) };
}
