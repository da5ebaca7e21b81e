import { pickTrueFlags } from "../schema/canonical.ts";
import { isRecord } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import { formatPointer } from "../value/path.ts";
import type { Change, InversePatch, LostValue, Step } from "../model/change.ts";
import type { LiveEntity, LiveKind } from "../model/entity.ts";
import type { Body, Operation, Value } from "../model/value.ts";
import { makeOperations } from "./patch.ts";
import { findParts } from "../value/walk.ts";
import { isUnknownSecret } from "../value/equal.ts";
import { getEntities } from "./live-entity.ts";

/**
 * Makes the PATCH that reverts a request, from the kind as it was before. It removes created entities, and
 * restores deleted entities and updated fields. It lists the secrets that osac could not see, and does not
 * restore them.
 */
export function invertRequest(
  step: Pick<Step, "kind" | "ends" | "operations">,
  live: LiveKind,
): InversePatch {
  const entities = getEntities(live);
  const parts = step.ends.map((end, index) =>
    invertChange(end, step.operations[index]!, entities.get(end.name)),
  );
  return {
    kind: step.kind,
    operations: parts.flatMap(({ operations }) => operations),
    lost: parts.flatMap(({ lost }) => lost),
  };
}

function invertChange(
  change: Change,
  sent: readonly Operation[],
  live: LiveEntity | undefined,
): Omit<InversePatch, "kind"> {
  const { kind, name } = change;
  const operationsFor = (reversed: Change): Operation[] =>
    makeOperations(kinds[kind], reversed).map(dropUnseen);
  if (change.action === "create")
    return { operations: operationsFor({ action: "delete", kind, name, before: change.after }), lost: [] };
  const was = live ? restoreLive(change, live) : change.before;
  const lost = findParts(was, isUnknownSecret)
    .filter(({ path }) => isTouched([name, ...path], sent))
    .map(({ path }): LostValue => ({ kind, name, path }));
  const reversed: Change =
    change.action === "delete"
      ? { action: "create", kind, name, after: dropUnseenFields(was) }
      : { action: "update", kind, name, before: change.after, after: was };
  return { operations: operationsFor(reversed), lost };
}

/**
 * Restores the live values that a plan removed, so that a login or secret is sent. Flags count only if the
 * plan has them.
 */
function restoreLive(
  { kind, action, before }: Exclude<Change, { action: "create" }>,
  live: LiveEntity,
): Body {
  const flags = Object.entries(pickTrueFlags(kinds[kind], live.raw));
  const ours = flags.filter(([flag]) => action === "delete" || Object.hasOwn(before, flag));
  return { ...live.body, ...Object.fromEntries(ours) };
}

function dropUnseen(operation: Operation): Operation {
  return operation.op === "remove" ? operation : { ...operation, value: dropUnseenItems(operation.value) };
}

function dropUnseenItems(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => !isUnknownSecret(item)).map(dropUnseenItems);
  return isRecord(value) ? dropUnseenFields(value) : value;
}

function dropUnseenFields(fields: Body): Body {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, item]) =>
      isUnknownSecret(item) ? [] : [[name, dropUnseenItems(item)]],
    ),
  );
}

/** An operation also touches the path if it writes a value that contains it. */
function isTouched(path: readonly string[], operations: readonly Operation[]): boolean {
  const pointer = `${formatPointer(path)}/`;
  return operations.some((operation) => pointer.startsWith(`${operation.path}/`));
}
