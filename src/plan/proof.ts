import jsonpatch from "fast-json-patch";
import { canonicalize, fieldShape, isFields, trueFlags, type Shape } from "../kinds/canonical.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Body, Change, Json, Operation, Version } from "../model.ts";
import { revealed } from "../secret.ts";
import { sameValue } from "../kinds/same.ts";

type Fields = { [key: string]: Json };

/**
 * Applies the operations of one change to the entity as the server holds it, and compares the outcome
 * with what is wanted. Returns what is wrong, or nothing: then the patch is proved.
 *
 * The server holds less than it shows: false, zero, empty texts, lists and maps are left out of the
 * document that a patch meets (`convertJsonToJackson` with omitDefaults).
 */
export function disproof(
  kind: Kind,
  change: Change,
  operations: readonly Operation[],
  raw: Fields | undefined,
  version: Version,
): string | undefined {
  const document = raw === undefined ? {} : { [change.name]: asHeld(kind, raw) };
  const patched = applied(document, operations);
  if (typeof patched === "string") return patched;
  const result = Object.hasOwn(patched, change.name) ? patched[change.name] : undefined;
  if (change.action === "delete") return result === undefined ? undefined : "the entity would still be there";
  if (!isFields(result)) return "the entity would not be there";
  const body: Body = { ...canonicalize(kind, result, version), ...trueFlags(kind, result) };
  return sameValue(change.after, body) ? undefined : "the entity would not be as desired";
}

function applied(document: Fields, operations: readonly Operation[]): Fields | string {
  let patched = document;
  for (const operation of operations) {
    const step = operation.op === "add" ? { ...operation, value: revealed(operation.value) } : operation;
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
function asHeld(kind: Kind, raw: Fields): Fields {
  const definitions = kind.schema.$defs as Readonly<Record<string, Shape>>;
  return heldRecord(definitions, definitions["entity"]!, raw);
}

function heldRecord(definitions: Readonly<Record<string, Shape>>, shape: Shape, fields: Fields): Fields {
  const result: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = fieldShape(definitions, shape, name);
    if (isFields(value) && field.additionalProperties !== true) {
      const held = heldRecord(definitions, field, value);
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
