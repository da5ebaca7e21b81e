import type { Change } from "../model/change.ts";

/** Reverses a change, so that it leads from the files to the cluster. */
export function reverseChange(change: Change): Change {
  const { kind, name, at } = change;
  const entity = { kind, name, at };
  if (change.action === "create") return { ...entity, action: "delete", before: change.after };
  if (change.action === "delete") return { ...entity, action: "create", after: change.before };
  return { ...entity, action: "update", before: change.after, after: change.before };
}
