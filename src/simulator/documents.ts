import { isDeepStrictEqual } from "node:util";
import { isKept } from "../schema/canonical.ts";
import { kinds } from "../kinds/index.ts";
import { compareVersions, isSince, parseVersion } from "../value/version.ts";
import type { Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { mapFields } from "./json-values.ts";
import { getQuirks, type Quirks } from "./quirks.ts";
import { entityShape, type Shape } from "../schema/shape.ts";

/** The entities of one kind, as the server's classes hold them: with every field. */
export type Entities = ReadonlyMap<string, JsonObject>;

/** A document, or an entity of a request, that the server's classes cannot hold. */
export class Unreadable extends Error {}

/** A schema, and the version that reads it. */
interface Reader {
  readonly kind: KindName;
  readonly entity: Shape;
  readonly version: Version;
  readonly quirks: Quirks;
}

/**
 * Fields that the server writes into the document of a patch even with their default (`NON_NULL` in its
 * classes).
 */
const alwaysWritten = new Set([
  "multi_rolespan_enabled",
  "multitenancy_enabled",
  "private_tenant_enabled",
  "default_tenant",
  "http_enabled",
  "order",
  "challenge",
  "transport_enabled",
  "privileges_evaluation_type",
  "privileges_evaluation_ignore_unauthorized_indices",
]);

/** Lists that the server omits if they were never set, and shows as empty if they were. */
const absentByDefault = new Set(["ignore_hosts"]);

/**
 * Reads one entity as the server's class holds it. Throws `Unreadable` for an unknown field or a wrong type.
 */
export function readEntity(kind: KindName, version: string, raw: Json): JsonObject {
  const reader = makeReader(kind, version);
  const value = readValue(reader, reader.entity, withoutPassword(kind, raw), "entity");
  if (!isObject(value)) throw new Unreadable(`cannot read ${kind} from ${JSON.stringify(raw)}`);
  return value;
}

/** The server hashes a plain password before its class reads the user, so the class has no such field. */
function withoutPassword(kind: KindName, raw: Json): Json {
  if (kind !== "internalusers" || !isObject(raw)) return raw;
  const { password: _, ...rest } = raw;
  return rest;
}

/**
 * Returns the entity without the fields that have their type's default. The server applies a patch to such a
 * document.
 */
export function omitDefaults(kind: KindName, version: string, entity: JsonObject): JsonObject {
  const reader = makeReader(kind, version);
  return omitRecord(reader, reader.entity, entity);
}

/** Returns true if two values are the same to the server. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || isDeepStrictEqual(a, b);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a text of stored or sent content. Any other value reads as empty. */
export function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Reads the names in a list of a stored entity. */
export function asTexts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function makeReader(kind: KindName, version: string): Reader {
  return {
    kind,
    entity: entityShape(kinds[kind]),
    version: parseVersion(version),
    quirks: getQuirks(version),
  };
}

function readValue(reader: Reader, shape: Shape, value: Json, name: string): Json {
  if (value === null) return readNull(reader, shape);
  if (shape.type === "object") return readObject(reader, shape, value, name);
  if (shape.type === "array") return readArray(reader, shape, value, name);
  if (typeof value === "object") {
    if (shape.type === undefined) return value;
    throw new Unreadable(
      `Cannot deserialize value of type \`${String(shape.type)}\` from ${describeToken(value)} (field "${name}")`,
    );
  }
  return readScalar(shape, value, name);
}

/** Java's booleans and numbers cannot be null. The class of `audit` reads null as an absent field. */
function readNull({ kind }: Reader, { type }: Shape): Json {
  if (kind === "audit") return null;
  return type === "boolean" ? false : type === "integer" ? 0 : null;
}

function readObject(reader: Reader, shape: Shape, value: Json, name: string): Json {
  if (!isObject(value))
    throw new Unreadable(`Cannot construct instance of "${name}" from ${describeToken(value)}`);
  if (isRecord(shape)) return readRecord(reader, shape, value);
  const item = shape.additionalProperties;
  if (typeof item !== "object") return mapFields(value, dropNull);
  const entries = Object.entries(value).filter(([, entry]) => entry !== null);
  const isCut = reader.kind === "audit" && name === "action_groups";
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, readValue(reader, item, isCut ? cutAtCommas(entry) : entry, key)]),
  );
}

/** The server splits a text in the place of a list of actions at its commas. */
function cutAtCommas(value: Json): Json {
  return typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
}

function readRecord(reader: Reader, shape: Shape, value: JsonObject): JsonObject {
  const fields = recordFields(reader, shape);
  const known = Object.keys(shape.properties ?? {}).filter((name) =>
    isKnown(reader, shape.properties![name]!),
  );
  const unknown = Object.keys(value).find((name) => !known.includes(name) && !isFuture(name));
  if (unknown !== undefined) {
    throw new Unreadable(
      `Unrecognized field "${unknown}" (${known.length} known properties: ${known.join(", ")})`,
    );
  }
  const entries = fields.map(([name, field]): [string, Json] => [
    name,
    Object.hasOwn(value, name)
      ? readValue(reader, field, value[name]!, name)
      : findDefault(reader, field, name),
  ]);
  return Object.fromEntries([...entries, ...futureFields(value)].filter(([, entry]) => entry !== null));
}

/** Returns true for a field name that stands for a field of a server newer than the schemas. */
export function isFuture(name: string): boolean {
  return name.startsWith("future_");
}

function futureFields(value: JsonObject): [string, Json][] {
  return Object.entries(value).filter(([name]) => isFuture(name));
}

/**
 * Returns true for a field that the server accepts, even if it ignores it, and for a read-only flag. A field
 * of a later version is unknown.
 */
function isKnown(reader: Reader, field: Shape): boolean {
  const { "x-dropped-since": _, ...shape } = field;
  return shape["x-flag"] === true || isKept(shape, reader.version);
}

function recordFields(reader: Reader, shape: Shape): [string, Shape][] {
  return Object.entries(shape.properties ?? {}).filter(([name, field]) => isShown(reader, name, field));
}

/**
 * Returns true for a field that the server shows: also for read-only flags, and for ignored lists of audit,
 * which are empty.
 */
function isShown(reader: Reader, name: string, field: Shape): boolean {
  if (field["x-flag"]) return true;
  if (reader.kind === "internalusers" && name === "password") return false;
  return reader.kind === "audit" ? isKnown(reader, field) : isKept(field, reader.version);
}

function findDefault(reader: Reader, shape: Shape, name: string): Json {
  if (absentByDefault.has(name)) return null;
  const stated = statedDefault(reader, shape);
  if (stated !== undefined) return structuredClone(stated);
  if (shape.type === "array") return [];
  if (shape.type !== "object") return null;
  return isRecord(shape) ? readRecord(reader, shape, {}) : {};
}

function statedDefault(reader: Reader, shape: Shape): Json | undefined {
  const since = Object.entries(shape["x-defaults"] ?? {})
    .filter(([first]) => isSince(reader.version, first))
    .toSorted(([a], [b]) => compareVersions(parseVersion(a), parseVersion(b)));
  return (since.at(-1)?.[1] ?? shape.default) as Json | undefined;
}

function readArray(reader: Reader, shape: Shape, value: Json, name: string): Json {
  if (!Array.isArray(value)) {
    throw new Unreadable(
      `Cannot deserialize value of type \`java.util.ArrayList\` from ${describeToken(value)} (field "${name}")`,
    );
  }
  if (shape["x-dropped-since"] !== undefined && !isKept(shape, reader.version)) return [];
  const items = value.map((item) => readValue(reader, shape.items ?? {}, item, name));
  return reader.kind === "audit" ? auditItems(reader, shape, items) : items;
}

/**
 * Reads a list of audit as a set. `NONE` alone makes a list of categories empty, and since 3.6 one of users.
 */
function auditItems({ quirks }: Reader, shape: Shape, items: Json[]): Json[] {
  const set = [...new Set(items)];
  const isOfCategories = (shape.items ?? {})["x-upper"] === true;
  const mayBeNone = shape["x-none"] !== undefined && (isOfCategories || quirks.noneEmptiesAuditLists);
  if (!set.includes("NONE") || !mayBeNone) return set;
  if (isOfCategories && set.length > 1) throw new Unreadable("NONE cannot stand beside other categories");
  return set.filter((text) => text !== "NONE");
}

function readScalar(shape: Shape, value: boolean | number | string, name: string): Json {
  if (shape.type === "string") return readText(shape, value, name);
  if (shape.type === "boolean") return readBoolean(value, name);
  if (shape.type !== "integer") return value;
  const number = Number(value);
  if (Number.isNaN(number))
    throw new Unreadable(`Cannot deserialize value of type \`int\` from String (field "${name}")`);
  const { maximum: most = Infinity } = shape as { readonly maximum?: number };
  return Math.min(Math.trunc(number), most);
}

function readBoolean(value: boolean | number | string, name: string): boolean {
  if (typeof value !== "string") return Boolean(value);
  const word = value.toLowerCase();
  if (word === "true" || word === "false" || word === "") return word === "true";
  throw new Unreadable(
    `Cannot deserialize value of type \`boolean\` from String "${value}" (field "${name}")`,
  );
}

function readText(shape: Shape, value: boolean | number | string, name: string): string {
  const text = shape["x-upper"] ? String(value).toUpperCase() : String(value);
  const allowed = (shape as { readonly enum?: readonly string[] }).enum;
  if (allowed && (shape["x-upper"] || isVerb(allowed)) && !allowed.includes(text)) {
    throw new Unreadable(`Cannot deserialize "${text}": not one of the values accepted for "${name}"`);
  }
  return text;
}

/**
 * Returns true for HTTP methods. Of the enums in the schemas, the server itself checks only these and audit
 * categories.
 */
function isVerb(allowed: readonly string[]): boolean {
  return allowed.includes("GET");
}

function dropNull(_: string, value: Json): Json | undefined {
  return value ?? undefined;
}

function omitRecord(reader: Reader, shape: Shape, value: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [name, field] of recordFields(reader, shape)) {
    if (!Object.hasOwn(value, name)) continue;
    const kept = omitValue(reader, field, value[name]!, reader.kind === "audit" || alwaysWritten.has(name));
    if (kept !== undefined) entries.push([name, kept]);
  }
  return Object.fromEntries([...entries, ...futureFields(value)]);
}

function omitValue(reader: Reader, shape: Shape, value: Json, isAlwaysWritten: boolean): Json | undefined {
  if (shape.type === "object" && isObject(value)) return omitObject(reader, shape, value, isAlwaysWritten);
  if (Array.isArray(value))
    return value.length === 0 && !isAlwaysWritten ? undefined : omitItems(reader, shape, value);
  return isAlwaysWritten || !isEmptyScalar(value) ? value : undefined;
}

function omitObject(
  reader: Reader,
  shape: Shape,
  value: JsonObject,
  isAlwaysWritten: boolean,
): JsonObject | undefined {
  if (isRecord(shape)) return omitRecord(reader, shape, value);
  const entries = omitEntries(reader, shape, value);
  const isClass = isAlwaysWritten || holdsRecords(shape);
  return isClass || Object.keys(entries).length > 0 ? entries : undefined;
}

function omitItems(reader: Reader, shape: Shape, items: Json[]): Json[] {
  const item = shape.items ?? {};
  return isRecord(item)
    ? items.map((entry) => (isObject(entry) ? omitRecord(reader, item, entry) : entry))
    : items;
}

function omitEntries(reader: Reader, shape: Shape, value: JsonObject): JsonObject {
  if (typeof shape.additionalProperties !== "object") return value;
  const item = shape.additionalProperties;
  const entries = Object.entries(value).flatMap(([name, entry]): [string, Json][] => {
    const kept = omitValue(reader, item, entry, false);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(entries);
}

/** Returns true for a map of records. The server always writes it, because it is a class of its own. */
function holdsRecords(shape: Shape): boolean {
  const item = shape.additionalProperties;
  return typeof item === "object" && isRecord(item);
}

function isEmptyScalar(value: Json): boolean {
  return value === null || value === false || value === 0 || value === "";
}

/** Returns true for a class with fields, which is neither a map nor free-form content. */
function isRecord(shape: Shape): boolean {
  return shape.properties !== undefined && shape.additionalProperties === false;
}

function describeToken(value: Json): string {
  if (Array.isArray(value)) return "Array value";
  return isObject(value) ? "Object value" : `${typeof value} value`;
}
