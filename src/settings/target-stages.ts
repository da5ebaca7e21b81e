import { failure } from "../errors.ts";
import type { TargetNote } from "./settings.ts";

/**
 * Splits targets into the stages in which `apply` writes them, one for each group of `order`. Without an order
 * there is one stage.
 */
export function makeStages(targets: readonly TargetNote[], order: readonly string[]): TargetNote[][] {
  if (order.length === 0) return [[...targets]];
  return order
    .map((group) => targets.filter((target) => target.group === group))
    .filter((stage) => stage.length > 0);
}

/**
 * Refuses a selection with a target of a group, but not all targets of the groups before it: the gate needs
 * them in the same run.
 */
export function refuseMissingGroups(
  selected: readonly TargetNote[],
  all: readonly TargetNote[],
  order: readonly string[],
): void {
  const last = order.findLastIndex((group) => selected.some((target) => target.group === group));
  const missing = all.find(
    (target) =>
      target.group !== undefined &&
      order.slice(0, Math.max(last, 0)).includes(target.group) &&
      !selected.includes(target),
  );
  if (!missing) return;
  const message = `the group ${order[last]} comes after ${missing.group}, and the target ${missing.name} of that group is not in this run`;
  throw failure("input", "missing-group", message, {
    hint: `name it as well, for example --targets all, or pass --pass-gate; a target without changes costs one plan`,
  });
}
