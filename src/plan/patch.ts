import { childShape, entityShape, type Shape } from "../schema/shape.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, formatPointer, getOwnField } from "../value/path.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Change } from "../model/change.ts";
import type { Body, Operation, Value } from "../model/value.ts";
import { findDifferences, isSameValue } from "../value/equal.ts";

/**
 * Makes the operations of one change, in the only form that every supported server accepts: `add` of a new
 * entity, `add` of a field, `remove`. The server refuses `replace` for a field at its default. 2.11 deletes
 * the login of an existing user if the user is written as a whole.
 */
export function makeOperations(kind: Kind, change: Change): Operation[] {
  const path = `/${escapePointer(change.name)}`;
  if (change.action === "delete") return [{ op: "remove", path }];
  if (change.action === "create") return [{ op: "add", path, value: makeNewEntity(kind, change.after) }];
  const { before, after } = change;
  return kind.patchDepth === "deepest"
    ? [...makeDeepestOperations(path, before, after), ...makeForgottenOperations(kind, path, before, after)]
    : addFillers(makeFieldOperations(path, before, after), makeFillers(kind, path, before, after));
}

/** The operation that creates an entity of this name, as small as the server accepts it. */
export function makeStubOperation(kind: Kind, name: string): Operation {
  return { op: "add", path: `/${escapePointer(name)}`, value: makeNewEntity(kind, {}) };
}

function makeNewEntity(kind: Kind, after: Body): Body {
  const fields = Object.fromEntries(Object.entries(after).filter(([, value]) => !isEmpty(value)));
  return { ...(lacksAll(kind, fields) ? makeFirstFiller(kind) : {}), ...fields };
}

function makeFieldOperations(path: string, before: Body, after: Body): Operation[] {
  return listChangedFields(before, after).map((name) =>
    makeFieldOperation(`${path}/${escapePointer(name)}`, getOwnField(after, name)),
  );
}

function makeDeepestOperations(parent: string, before: Body, after: Body): Operation[] {
  // The server applies a patch to a document without empty maps: nothing can be added below one.
  const canDescend = (old: Value): boolean => old === before || !isEmpty(old);
  return findDifferences(before, after, canDescend).map((one) =>
    makeFieldOperation(`${parent}${formatPointer(one.path)}`, one.after),
  );
}

/**
 * Operations for values that do not change, but that the server loses at every other write: zeros and empty
 * texts that are not the default (seen on 2.19.4 and 3.4.0).
 */
function makeForgottenOperations(kind: Kind, path: string, before: Body, after: Body): Operation[] {
  return findForgotten(entityShape(kind), path, before, after);
}

function findForgotten(shape: Shape, path: string, before: Body, after: Body): Operation[] {
  // The server keeps free-form fields as they are.
  if (shape.additionalProperties === true) return [];
  return Object.entries(after).flatMap(([name, value]): Operation[] => {
    const old = getOwnField(before, name);
    const field = childShape(shape, name) ?? {};
    const at = `${path}/${escapePointer(name)}`;
    if (isRecord(value) && isRecord(old)) return findForgotten(field, at, old, value);
    const isForgotten = (value === 0 || value === "") && value !== field.default;
    return isForgotten && value === old ? [{ op: "add", path: at, value }] : [];
  });
}

function listChangedFields(before: Body, after: Body): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSameValue(getOwnField(before, name), getOwnField(after, name)));
}

function makeFieldOperation(path: string, after: Value | undefined): Operation {
  return after === undefined ? { op: "remove", path } : { op: "add", path, value: after };
}

/** The server loses empty fields, so an update must name one of `atLeastOne` again if all are empty. */
function makeFillers(kind: Kind, path: string, before: Body, after: Body): Operation[] {
  if (!lacksAll(kind, after)) return [];
  const isNamed = listChangedFields(before, after).some(
    (name) => name in kind.atLeastOne && after[name] !== undefined,
  );
  return isNamed ? [] : makeFieldOperations(path, {}, makeFirstFiller(kind));
}

/** Adds the fillers. A field that is sent empty need not be removed before. */
function addFillers(operations: Operation[], filling: Operation[]): Operation[] {
  const filled = new Set(filling.map(({ path }) => path));
  return [...operations.filter(({ path }) => !filled.has(path)), ...filling];
}

function lacksAll(kind: Kind, fields: Body): boolean {
  return Object.keys(kind.atLeastOne).every((name) => isEmpty(fields[name]));
}

function makeFirstFiller(kind: Kind): Body {
  return Object.fromEntries(Object.entries(kind.atLeastOne).slice(0, 1));
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
