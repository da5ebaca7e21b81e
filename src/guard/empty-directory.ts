import { guardFinding, type Guard } from "./guard.ts";

/** Refuses to delete anything for files that declare nothing: they were more likely lost than meant. */
export const emptyDirectory: Guard = ({ directory, dangers }) => {
  const deletions = dangers.filter(({ isDeletion }) => isDeletion);
  const isEmpty = [...directory.kinds.values()].every(({ size }) => size === 0);
  if (!isEmpty || deletions.length === 0) return [];
  return [
    guardFinding(
      "empty-directory",
      "the files of this run declare no entity, and the plan would delete",
      deletions,
    ),
  ];
};
