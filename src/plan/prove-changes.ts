import jsonpatch from "fast-json-patch";
import { pickTrueFlags, canonicalize } from "../schema/canonical.ts";
import { childShape, entityShape, type Shape } from "../schema/shape.ts";
import { getOwnField } from "../value/path.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Change } from "../model/change.ts";
import type { Version, Finding } from "../model/finding.ts";
import type { Body, Json, Operation, JsonObject } from "../model/value.ts";
import { revealAll } from "../value/walk.ts";
import { isSameValue } from "../value/equal.ts";
import { makeFinding } from "../errors.ts";
import { kinds } from "../kinds/index.ts";
import { formatVersion } from "../value/version.ts";
import type { LiveState } from "../model/entity.ts";
import { findLiveEntity } from "./live-entity.ts";
import type { Write } from "./writes.ts";

/**
 * Proves the operations of every change before the first write. Returns an error for each change that would
 * not give the desired state: the server shows such an entity in a form that no known server of this version
 * has.
 */
export function disproofFindings(writes: readonly Write[], live: LiveState, version: Version): Finding[] {
  return writes.flatMap(({ change, operations }): Finding[] => {
    const { kind: kindName, name, at } = change;
    const kind = kinds[kindName];
    const raw = findLiveEntity(live, change)?.raw;
    const wrong = findDisproof(kind, change, operations, raw, version);
    if (wrong === undefined) return [];
    const message = `the cluster holds it in a form that OpenSearch ${formatVersion(version)} does not have, and osac cannot build a patch to the declared state: ${wrong}`;
    const hint = "leave out what this server does not have, or change the entity with securityadmin.sh";
    return [makeFinding("unknown-shape", { message, hint, kind: kindName, name, at })];
  });
}

/**
 * Applies the operations of one change to the entity as the server holds it, and compares the result with the
 * desired state. Returns the difference. Undefined proves the patch.
 *
 * The server applies a patch to a document that lacks false, zero, empty texts, lists and maps
 * (`convertJsonToJackson` with omitDefaults).
 */
export function findDisproof(
  kind: Kind,
  change: Change,
  operations: readonly Operation[],
  raw: JsonObject | undefined,
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

function applyOperations(document: JsonObject, operations: readonly Operation[]): JsonObject | string {
  let patched = document;
  for (const operation of operations) {
    const step = operation.op === "add" ? { ...operation, value: revealAll(operation.value) } : operation;
    try {
      patched = jsonpatch.applyOperation(patched, step, true, false).newDocument;
    } catch (error) {
      // The message of fast-json-patch contains the whole document with its secrets, so osac shows only the
      // error's name.
      return `${operation.op} ${operation.path} cannot be applied (${(error as Error).name})`;
    }
  }
  return patched;
}

/** The entity in the document to which the server applies a patch. */
function toHeldDocument(kind: Kind, raw: JsonObject): JsonObject {
  return toHeldRecord(entityShape(kind), raw);
}

function toHeldRecord(shape: Shape, fields: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = childShape(shape, name) ?? {};
    if (isRecord(value) && field.additionalProperties !== true) {
      const held = toHeldRecord(field, value);
      if (field.additionalProperties === false || Object.keys(held).length > 0) result[name] = held;
    } else if (!isForgotten(value, field)) result[name] = value;
  }
  return result;
}

/**
 * True for an empty value that the server omits. It keeps `false` if the default is true, and the text that
 * stands for a redacted secret.
 */
function isForgotten(value: Json, { default: byDefault, "x-redacted": shown }: Shape): boolean {
  if (value === shown) return false;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || (value === false && byDefault !== true) || value === 0 || value === "";
}
