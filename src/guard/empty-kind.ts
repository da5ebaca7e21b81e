import { allKinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import { guardFinding, type Guard } from "./guard.ts";

/** Refuses to delete the last entities of a kind. */
export const emptyKind: Guard = ({ plan: { changes, managed }, dangers }) =>
  allKinds.flatMap(({ name: kind }) => {
    const deletions = dangers.filter((danger) => danger.kind === kind && danger.isDeletion);
    const count = (action: Change["action"]): number =>
      changes.filter((change) => change.kind === kind && change.action === action).length;
    const left = (managed[kind] ?? 0) + count("create") - count("delete");
    if (deletions.length === 0 || left > 0) return [];
    return [guardFinding("empty-kind", "the resource type would become empty", deletions, { kind })];
  });
