import { isFields, trueFlags } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import { escapePointer } from "../kinds/pointer.ts";
import type { Body, Change, Inverse, LiveEntity, LiveKind, Lost, Operation, Step, Value } from "../model.ts";
import { Secret } from "../secret.ts";
import { operationsOf } from "./patch.ts";

/**
 * The PATCH that takes a request back, from the kind as it was before: what was created goes, what was deleted comes
 * back, and of what was updated the same fields do. A secret that nobody could see is left out and listed.
 */
export function inverseOf(step: Pick<Step, "kind" | "ends" | "operations">, live: LiveKind): Inverse {
  const entities = live.readable ? live.entities : new Map<string, LiveEntity>();
  const parts = step.ends.map((end, index) =>
    inverseOfChange(end, step.operations[index]!, entities.get(end.name)),
  );
  return {
    kind: step.kind,
    operations: parts.flatMap(({ operations }) => operations),
    lost: parts.flatMap(({ lost }) => lost),
  };
}

function inverseOfChange(
  change: Change,
  sent: readonly Operation[],
  live: LiveEntity | undefined,
): Omit<Inverse, "kind"> {
  const { kind, name } = change;
  const operationsFor = (reversed: Change): Operation[] =>
    operationsOf(kinds[kind], reversed).map(withoutUnseen);
  if (change.action === "create")
    return { operations: operationsFor({ action: "delete", kind, name, before: change.after }), lost: [] };
  const was = live ? asItWas(change, live) : change.before;
  const lost = unseenPaths(was)
    .filter((path) => isTouched([name, ...path], sent))
    .map((path): Lost => ({ kind, name, path }));
  const reversed: Change =
    change.action === "delete"
      ? { action: "create", kind, name, after: seenFields(was) }
      : { action: "update", kind, name, before: change.after, after: was };
  return { operations: operationsFor(reversed), lost };
}

/** A plan takes a login or a secret out of what was live in order to send it; flags count where the plan has them. */
function asItWas({ kind, action, before }: Exclude<Change, { action: "create" }>, live: LiveEntity): Body {
  const flags = Object.entries(trueFlags(kinds[kind], live.raw));
  const ours = flags.filter(([flag]) => action === "delete" || Object.hasOwn(before, flag));
  return { ...live.body, ...Object.fromEntries(ours) };
}

function withoutUnseen(operation: Operation): Operation {
  return operation.op === "remove" ? operation : { ...operation, value: seen(operation.value) };
}

function seen(value: Value): Value {
  if (Array.isArray(value)) return value.filter((item) => !isUnseen(item)).map(seen);
  return isFields(value) ? seenFields(value) : value;
}

function seenFields(fields: Body): Body {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, item]) => (isUnseen(item) ? [] : [[name, seen(item)]])),
  );
}

function unseenPaths(value: Value, path: readonly string[] = []): (readonly string[])[] {
  if (isUnseen(value)) return [path];
  if (typeof value !== "object" || value === null || value instanceof Secret) return [];
  return Object.entries(value).flatMap(([name, item]) => unseenPaths(item, [...path, name]));
}

function isUnseen(value: Value): boolean {
  return value instanceof Secret && !value.isKnown;
}

/** Whether an operation writes what is at the path, or what holds it. */
function isTouched(path: readonly string[], operations: readonly Operation[]): boolean {
  const pointer = `${path.map((token) => `/${escapePointer(token)}`).join("")}/`;
  return operations.some((operation) => pointer.startsWith(`${operation.path}/`));
}
