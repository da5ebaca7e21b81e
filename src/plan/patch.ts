import { fieldShape, isFields, type Shape } from "../kinds/canonical.ts";
import { ownField } from "../kinds/fields.ts";
import type { Kind } from "../kinds/kind.ts";
import { escapePointer } from "../kinds/pointer.ts";
import type { Body, Change, Operation, Value } from "../model.ts";
import { sameValue } from "../kinds/same.ts";

/**
 * The operations that carry out one change, in the only form that every supported server takes:
 * `add` of a whole new entity, `add` of a field, `remove`. A `replace` is refused for a field at its
 * default, and a whole-entity write of an existing user wipes its login on 2.11.
 */
export function operationsOf(kind: Kind, change: Change): Operation[] {
  const path = `/${escapePointer(change.name)}`;
  if (change.action === "delete") return [{ op: "remove", path }];
  if (change.action === "create") return [{ op: "add", path, value: newEntity(kind, change.after) }];
  const { before, after } = change;
  return kind.patchDepth === "deepest"
    ? [...deepestOperations(path, before, after), ...forgottenOperations(kind, path, before, after)]
    : withFillers(fieldOperations(path, before, after), fillers(kind, path, before, after));
}

/** An entity of this name and nothing else, as small as the server takes it. */
export function stubOperation(kind: Kind, name: string): Operation {
  return { op: "add", path: `/${escapePointer(name)}`, value: newEntity(kind, {}) };
}

function newEntity(kind: Kind, after: Body): Body {
  const fields = Object.fromEntries(Object.entries(after).filter(([, value]) => !isEmpty(value)));
  return { ...(lacksAll(kind, fields) ? firstFiller(kind) : {}), ...fields };
}

function fieldOperations(path: string, before: Body, after: Body): Operation[] {
  return changedFields(before, after).map((name) => fieldOperation(path, name, ownField(after, name)));
}

function deepestOperations(path: string, before: Body, after: Body): Operation[] {
  return changedFields(before, after).flatMap((name) => {
    const [old, wanted] = [ownField(before, name), ownField(after, name)];
    // The server leaves an empty map out of the document that a patch meets: nothing can be added below it.
    const canDescend = isFields(old) && isFields(wanted) && Object.keys(old).length > 0;
    return canDescend
      ? deepestOperations(`${path}/${escapePointer(name)}`, old, wanted)
      : [fieldOperation(path, name, wanted)];
  });
}

/**
 * What stays as it is and has to be written again, because the server forgets it at every other write: zeros and empty
 * texts that are not the default (seen on 2.19.4 and 3.4.0).
 */
function forgottenOperations(kind: Kind, path: string, before: Body, after: Body): Operation[] {
  const definitions = kind.schema.$defs as Readonly<Record<string, Shape>>;
  return forgottenIn({ definitions, shape: definitions["entity"]!, path, before, after });
}

interface Pair {
  readonly definitions: Readonly<Record<string, Shape>>;
  readonly shape: Shape;
  readonly path: string;
  readonly before: Body;
  readonly after: Body;
}

function forgottenIn({ definitions, shape, path, before, after }: Pair): Operation[] {
  // What is free-form the server keeps as it is.
  if (shape.additionalProperties === true) return [];
  return Object.entries(after).flatMap(([name, value]): Operation[] => {
    const old = ownField(before, name);
    const field = fieldShape(definitions, shape, name);
    const at = `${path}/${escapePointer(name)}`;
    if (isFields(value) && isFields(old))
      return forgottenIn({ definitions, shape: field, path: at, before: old, after: value });
    const isForgotten = (value === 0 || value === "") && value !== field.default;
    return isForgotten && value === old ? [{ op: "add", path: at, value }] : [];
  });
}

function changedFields(before: Body, after: Body): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !sameValue(ownField(before, name), ownField(after, name)));
}

function fieldOperation(parent: string, name: string, after: Value | undefined): Operation {
  const path = `${parent}/${escapePointer(name)}`;
  return after === undefined ? { op: "remove", path } : { op: "add", path, value: after };
}

/** The server forgets empty fields, so an update must name one of `atLeastOne` again if all are empty. */
function fillers(kind: Kind, path: string, before: Body, after: Body): Operation[] {
  if (!lacksAll(kind, after)) return [];
  const isNamed = changedFields(before, after).some(
    (name) => name in kind.atLeastOne && after[name] !== undefined,
  );
  return isNamed ? [] : fieldOperations(path, {}, firstFiller(kind));
}

/** A field that is sent empty need not be removed before. */
function withFillers(operations: Operation[], filling: Operation[]): Operation[] {
  const filled = new Set(filling.map(({ path }) => path));
  return [...operations.filter(({ path }) => !filled.has(path)), ...filling];
}

function lacksAll(kind: Kind, fields: Body): boolean {
  return Object.keys(kind.atLeastOne).every((name) => isEmpty(fields[name]));
}

function firstFiller(kind: Kind): Body {
  return Object.fromEntries(Object.entries(kind.atLeastOne).slice(0, 1));
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}
