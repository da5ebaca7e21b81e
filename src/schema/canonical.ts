import { Secret, redacted } from "../secrets/secret.ts";
import { holdsSecret } from "../value/walk.ts";
import type { Version } from "../model/finding.ts";
import type { Body, Value } from "../model/value.ts";
import { compareVersions, isSince, isWithin, parseVersion } from "../value/version.ts";
import type { Kind } from "../kinds/kind.ts";
import { getSecretNames, type IsSecretName } from "./secret-names.ts";
import { entityShape, type Shape } from "./shape.ts";
import { isRecord, compareByCodeUnit, setOwn } from "../value/record.ts";

/** Makes one value canonical. Drops undefined, and records the omission in the trail if there is one. */
type Rule = (value: Value | undefined, trail?: Trail) => Value | undefined;

/** The place of a rule within a body, and its omissions so far. */
export interface Trail {
  readonly path: string[];
  readonly omissions: Omission[];
}

/** A part of a body that its canonical form does not contain. */
export interface Omission {
  readonly path: readonly string[];
  readonly value: Value | undefined;
  /** The shape of the part in the schema; undefined for an unknown field. */
  readonly shape: Shape | undefined;
  /** The canonical value of the part on a server that accepts it, and that of its absence. */
  readonly meaning: Value | undefined;
  readonly absence: Value | undefined;
  /** The parts of the value that such a server would drop too. */
  readonly within: readonly Omission[];
}

/** A part of a body. `content` reads it as a server does that supports the field. */
interface Part {
  readonly shape: Shape;
  readonly content: Rule;
  readonly rule: Rule;
  /** A scalar that the server accepts with any value, so it is never an omission. */
  readonly isAlwaysKept: boolean;
}

interface Context {
  readonly version: Version;
  readonly isSecretName: IsSecretName;
  readonly rules: WeakMap<Shape, Rule>;
  /** True within an object whose reader takes null for an absent field. */
  readonly isNullDefault: boolean;
}

/** Rules by version and shape: each is made once, and used for every entity. */
const rulesOfVersions = new WeakMap<Version, WeakMap<Shape, Rule>>();

/**
 * Returns the canonical form of one entity: every field has its value or the server's default, sets are
 * sorted, unknown fields and flags are dropped. The trail records everything else that is dropped.
 */
export function canonicalize(kind: Kind, body: Body, version: Version, trail?: Trail): Body {
  return getEntityRule(kind, version)(body, trail) as Body;
}

/** Returns the canonical form of a record of an entity without any fields. */
export function makeDefaults(kind: Kind, record: Shape, version: Version): Body {
  getEntityRule(kind, version);
  return rulesOfVersions.get(version)!.get(record)!({}) as Body;
}

/** Makes the rule of an entity, together with those of all its parts. */
function getEntityRule(kind: Kind, version: Version): Rule {
  let rules = rulesOfVersions.get(version);
  if (!rules) rulesOfVersions.set(version, (rules = new WeakMap()));
  const entity = entityShape(kind);
  return (
    rules.get(entity) ??
    getRule({ version, rules, isSecretName: getSecretNames(kind), isNullDefault: false }, entity)
  );
}

/** The flags (`reserved`, `hidden`, `static`) that are set, as fields of a body. */
export function pickTrueFlags(kind: Kind, body: Body): Body {
  const { properties = {} } = entityShape(kind);
  const flags: Body = {};
  for (const name of flagNames) {
    const shape = properties[name];
    if (body[name] !== undefined && shape?.["x-flag"] && isTrue(shape, body[name])) flags[name] = true;
  }
  return flags;
}

/** The fields of any kind that are no part of a canonical body. */
export const flagNames = ["reserved", "hidden", "static"] as const;

/** True if a server of this version keeps the field. */
export function isKept(shape: Shape, version: Version): boolean {
  const { "x-since": since, "x-until": until, "x-dropped-since": dropped } = shape;
  return [until, dropped].every((end) => isWithin(version, { since, until: end }));
}

/** Lists the values that only a newer server supports. This server refuses them, and has no use for them. */
function listLaterValues({ "x-values-since": since = {} }: Shape, version: Version): ReadonlySet<Value> {
  const later = Object.entries(since).filter(([, first]) => !isSince(version, first));
  return new Set(later.map(([value]) => value));
}

function getRule(context: Context, shape: Shape): Rule {
  let rule = context.rules.get(shape);
  if (!rule) context.rules.set(shape, (rule = makeRule(context, shape)));
  return rule;
}

function makePart(context: Context, shape: Shape): Part {
  const content = getRule(context, shape);
  if (!isKept(shape, context.version)) return { shape, content, rule: () => undefined, isAlwaysKept: false };
  const isScalar = ["string", "boolean", "integer"].some((type) => type === shape.type);
  return { shape, content, rule: content, isAlwaysKept: isScalar && !shape["x-values-since"] };
}

/** Every part passes through here: a value that becomes undefined is an omission, for every rule. */
function follow(
  part: Part,
  value: Value | undefined,
  step: string | number,
  trail: Trail | undefined,
): Value | undefined {
  if (!trail || part.isAlwaysKept) return part.rule(value);
  trail.path.push(String(step));
  const made = part.rule(value, trail);
  if (made === undefined && value !== undefined) omit(trail, value, part);
  trail.path.pop();
  return made;
}

function omit({ path, omissions }: Trail, value: Value | undefined, part?: Part): void {
  const within: Trail = { path: [...path], omissions: [] };
  const [meaning, absence] = part
    ? [part.content(value, within), part.content(undefined)]
    : [value, undefined];
  omissions.push({ path: [...path], value, shape: part?.shape, meaning, absence, within: within.omissions });
}

function makeRule(context: Context, shape: Shape): Rule {
  if (shape["x-secret"]) return (value) => canonicalizeSecret(shape, value);
  if (shape.type === "object" || shape.properties) return objectRule(context, shape);
  if (shape.type === "array") return arrayRule(context, shape);
  const byDefault = findDefault(shape, context.version);
  const tooNew = listLaterValues(shape, context.version);
  const isPlainText = shape.type === "string" && !shape["x-upper"] && tooNew.size === 0;
  return (value) => {
    // The fast path for nearly every value.
    if (isPlainText && typeof value === "string" && value !== "") return value;
    if (isUnsaid(context, shape, value)) return byDefault;
    // Only a placeholder without a value stands here as a secret.
    if (value instanceof Secret) return value;
    const canonical = canonicalizeScalar(shape, value);
    return tooNew.has(canonical) ? undefined : canonical;
  };
}

/**
 * True if a scalar has no value, so that the default counts. Zero and an empty text are values. The loader
 * and the REST API read a blank boolean or number as false or zero (seen on 2.19.4 and 3.4.0).
 */
function isUnsaid(
  { isNullDefault }: Context,
  { type, default: byDefault }: Shape,
  value: Value | undefined,
): value is null | undefined | "" {
  if (value === undefined) return true;
  const isConverted = type === "boolean" || type === "integer";
  if (value === null) return !isConverted || isNullDefault;
  return value === "" && !isConverted && byDefault === undefined;
}

function objectRule(context: Context, shape: Shape): Rule {
  const { isSecretName } = context;
  const make =
    shape.additionalProperties === true
      ? (fields: Body) => canonicalizeFree(fields, isSecretName)
      : typeof shape.additionalProperties === "object"
        ? mapRule(context, shape, shape.additionalProperties)
        : recordRule(context, shape);
  return (value, trail) => make(isRecord(value) ? value : {}, trail);
}

type FieldsRule = (fields: Body, trail?: Trail) => Body;

function recordRule(outer: Context, shape: Shape): FieldsRule {
  const { properties = {} } = shape;
  const context = { ...outer, isNullDefault: outer.isNullDefault || shape["x-null-is-default"] === true };
  const parts = Object.entries(properties)
    .map(([name, reference]) => ({ name, part: makePart(context, reference) }))
    .filter(({ part: { shape: field } }) => field["x-flag"] !== true || !isKept(field, context.version));
  return (fields, trail) => {
    const result: Body = {};
    for (const { name, part } of parts) {
      // No schema declares a field of `Object.prototype`, such as `constructor`.
      const value = follow(part, fields[name], name, trail);
      if (value !== undefined) result[name] = value;
    }
    if (trail) omitUnknown(fields, properties, trail);
    return result;
  };
}

function omitUnknown(fields: Body, known: object, trail: Trail): void {
  for (const name in fields) {
    if (!Object.hasOwn(known, name)) omit({ ...trail, path: [...trail.path, name] }, fields[name]);
  }
}

/** The server drops entries of a map that are null, empty texts or empty lists. */
function mapRule(context: Context, shape: Shape, entry: Shape): FieldsRule {
  const other = makePart(context, entry);
  const known = new Map(
    Object.entries(shape.properties ?? {}).map(([name, field]) => [name, makePart(context, field)]),
  );
  return (fields, trail) => {
    const result: Body = {};
    for (const name of Object.keys(fields).toSorted(compareByCodeUnit)) {
      if (fields[name] === null) continue;
      const value = follow(known.get(name) ?? other, fields[name], name, trail);
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      setOwn(result, name, value);
    }
    return result;
  };
}

function arrayRule(context: Context, shape: Shape): Rule {
  const part = makePart(context, shape.items ?? {});
  const byDefault = findDefault(shape, context.version) ?? [];
  const { "x-set": isSet, "x-none": none, "x-none-since": since = "0.0" } = shape;
  const isNoneKnown = isWithin(context.version, { since });
  return (value, trail) => {
    if (value === null || value === undefined) return byDefault;
    const items: Value[] = [];
    const given = Array.isArray(value) ? value : [value];
    for (let index = 0; index < given.length; index++) {
      const made = follow(part, given[index], index, trail);
      if (made !== undefined) items.push(made);
    }
    const list = isSet ? sortSet(items) : items;
    return isNoneKnown && list.length === 1 && list[0] === none ? [] : list;
  };
}

function isTrue(shape: Shape, value: Value = null): boolean {
  return !(value instanceof Secret) && canonicalizeScalar(shape, value) === true;
}

/** Converts a scalar as the loader does: numbers to booleans, fractions to whole numbers. */
function canonicalizeScalar({ type, "x-upper": isUpper }: Shape, value: Value): Value {
  if (type === "string") return isUpper ? toText(value).toUpperCase() : toText(value);
  if (typeof value === "object" && value !== null) return value;
  if (type === "boolean")
    return typeof value === "string" ? value.trim().toLowerCase() === "true" : Boolean(value);
  return type === "integer" ? Math.trunc(Number(value)) : value;
}

function toText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A redacted secret has an unknown value; an absent or empty one stays absent. */
function canonicalizeSecret(shape: Shape, value: Value | undefined): Value | undefined {
  if (value === null || value === undefined || value instanceof Secret) return value ?? undefined;
  if (value === redacted || value === shape["x-redacted"]) return new Secret(undefined);
  return value === "" ? undefined : new Secret(toText(value));
}

function findDefault(shape: Shape, version: Version): Value | undefined {
  const since = Object.entries(shape["x-defaults"] ?? {})
    .filter(([first]) => isSince(version, first))
    .toSorted(([a], [b]) => compareVersions(parseVersion(a), parseVersion(b)));
  return since.at(-1)?.[1] ?? shape.default;
}

/**
 * Keeps fields that the server does not know as they are, but drops nulls. A secret name counts at every
 * depth, as in the server's redaction.
 */
function canonicalizeFree(fields: Body, isSecretName: IsSecretName, isWithinSecret = false): Body {
  const result: Body = {};
  for (const [name, item] of Object.entries(fields)) {
    if (item !== null)
      setOwn(result, name, canonicalizeFreeItem(item, isSecretName, isSecretName(name, isWithinSecret)));
  }
  return result;
}

function canonicalizeFreeItem(item: Value, isSecretName: IsSecretName, isSecret: boolean): Value {
  if (Array.isArray(item))
    return item.map((element) => canonicalizeFreeItem(element, isSecretName, isSecret));
  if (isRecord(item)) return canonicalizeFree(item, isSecretName, isSecret);
  if (!isSecret || item === null || item === "" || item instanceof Secret) return item;
  return new Secret(item === redacted ? undefined : toText(item));
}

function sortSet(items: Value[]): Value[] {
  if (items.length < 2) return items;
  if (areTexts(items)) return isAscending(items) ? items : [...new Set(items)].toSorted(compareByCodeUnit);
  const open = items.filter((item) => !holdsSecret(item));
  const byKey = new Map(open.map((item) => [orderKey(item), item]));
  const secret = items.filter((item) => holdsSecret(item));
  return [
    ...[...byKey.keys()].toSorted(compareByCodeUnit).map((key) => byKey.get(key)!),
    // The order must not reveal secret values, and equal secrets stay in the list.
    ...secret.toSorted((a, b) => compareByCodeUnit(orderKey(a), orderKey(b))),
  ];
}

function areTexts(items: readonly Value[]): items is string[] {
  return items.every((item) => typeof item === "string");
}

function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || texts[index - 1]! < text);
}

/** Returns equal keys for equal items. A secret is sorted by the text of the file, never by its value. */
function orderKey(item: Value): string {
  if (item instanceof Secret) return `${item.reference}`;
  if (typeof item === "string") return textKey(item);
  if (!isRecord(item)) return JSON.stringify(item);
  return JSON.stringify(
    Object.keys(item)
      .toSorted(compareByCodeUnit)
      .map((key) => [key, orderKey(item[key]!)]),
  );
}

/** The quotation mark at the start separates the keys of texts from all other keys. */
function textKey(text: string): string {
  return `"${text}`;
}
