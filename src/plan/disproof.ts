import jsonpatch from "fast-json-patch";
import { pickTrueFlags, canonicalize } from "../schema/canonical.ts";
import { childShape, entityShape, type Shape } from "../schema/shape.ts";
import { getOwnField } from "../value/path.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Change } from "../model/change.ts";
import type { Version } from "../model/finding.ts";
import type { Body, Json, Operation } from "../model/value.ts";
import { revealAll } from "../value/walk.ts";
import { isSameValue } from "../value/equal.ts";

type Fields = { [key: string]: Json };

/**
 * Applies the operations of one change to the entity as the server holds it, and compares the outcome
 * with what is wanted. Returns what is wrong, or nothing: then the patch is proved.
 *
 * The server holds less than it shows: false, zero, empty texts, lists and maps are left out of the
 * document that a patch meets (`convertJsonToJackson` with omitDefaults).
 */
export function findDisproof(
  kind: Kind,
  change: Change,
  operations: readonly Operation[],
  raw: Fields | undefined,
  version: Version,
): string | undefined {
  const document = raw === undefined ? {} : { [change.name]: toHeldDocument(kind, raw) };
  const patched = applyOperations(document, operations);
  if (typeof patched === "string") return patched;
  const result = getOwnField(patched, change.name);
  if (change.action === "delete") return result === undefined ? undefined : "the entity would still be there";
  if (!isRecord(result)) return "the entity would not be there";
  const body: Body = { ...canonicalize(kind, result, version), ...pickTrueFlags(kind, result) };
  return isSameValue(change.after, body) ? undefined : "the entity would not be as desired";
}

function applyOperations(document: Fields, operations: readonly Operation[]): Fields | string {
  let patched = document;
  for (const operation of operations) {
    const step = operation.op === "add" ? { ...operation, value: revealAll(operation.value) } : operation;
    try {
      patched = jsonpatch.applyOperation(patched, step, true, false).newDocument;
    } catch (error) {
      // The message of fast-json-patch holds the whole document, secrets included: only its name may pass.
      return `${operation.op} ${operation.path} cannot be applied (${(error as Error).name})`;
    }
  }
  return patched;
}

/** The entity as it stands in the document that a patch meets. */
function toHeldDocument(kind: Kind, raw: Fields): Fields {
  return toHeldRecord(entityShape(kind), raw);
}

function toHeldRecord(shape: Shape, fields: Fields): Fields {
  const result: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = childShape(shape, name) ?? {};
    if (isRecord(value) && field.additionalProperties !== true) {
      const held = toHeldRecord(field, value);
      if (field.additionalProperties === false || Object.keys(held).length > 0) result[name] = held;
    } else if (!isForgotten(value, field)) result[name] = value;
  }
  return result;
}

/** A switch that is on by default is kept when it is off, and so is the secret that an empty text stands for. */
function isForgotten(value: Json, { default: byDefault, "x-redacted": shown }: Shape): boolean {
  if (value === shown) return false;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || (value === false && byDefault !== true) || value === 0 || value === "";
}
