import { makeLintFinding } from "../../errors.ts";
import type { ErrorObject } from "ajv";
import { childShape, entityShape, type Shape } from "../shape.ts";
import { isRecord } from "../../value/record.ts";
import type { Kind } from "../../kinds/kind.ts";
import type { Declared } from "../../model/entity.ts";
import type { Value } from "../../model/value.ts";
import { Secret } from "../../secrets/secret.ts";
import { mapScalars } from "../../value/walk.ts";
import type { LintFinding } from "../../model/finding.ts";
import {
  escapePointer,
  getOwnField,
  parseLastStep,
  formatPath,
  parsePointer,
  valueAt,
} from "../../value/path.ts";
import { findNearest } from "../../value/nearest.ts";
import { formatValue, toStoredText } from "../../value/texts.ts";
import { getValidator } from "./validators.ts";

/**
 * Creates the check of an entity against the schema of its kind. It judges as the plugin's loader does
 * (Jackson, seen on 2.11.1, 2.19.4 and 3.4.0): the loader converts scalars, so it reads `"5"` as a number,
 * `5` as a text, `"true"` as a boolean, and null as an absent field; it never converts lists and maps.
 */
export function createSchemaCheck(kind: Kind): (entity: Declared) => LintFinding[] {
  const validate = getValidator(kind);
  return ({ body, isWithoutSecrets }) => {
    if (validate(isWithoutSecrets ? body : toPlain(body))) return [];
    return dropSamePlace(validate.errors ?? []).flatMap((error) => toLintFinding(kind, body, error) ?? []);
  };
}

/**
 * Prepares a value for a validator, which knows no classes: a secret becomes its text, or some text if it has
 * no value. The validator does not report that text.
 */
function toPlain(value: Value): unknown {
  return mapScalars(value, (one) => (one instanceof Secret ? (toStoredText(one) ?? "") : one));
}

/** Keeps one error for each place: a value of the wrong type is not an allowed value either. */
function dropSamePlace(errors: readonly ErrorObject[]): ErrorObject[] {
  const byPlace = new Map<string, ErrorObject>();
  for (const error of errors) {
    const key = `${error.instancePath} ${error.params["additionalProperty"] ?? ""}`;
    if (!byPlace.has(key) || error.keyword === "type") byPlace.set(key, error);
  }
  return [...byPlace.values()];
}

function toLintFinding(kind: Kind, body: Value, error: ErrorObject): LintFinding | undefined {
  const pointer = error.instancePath;
  const value = valueAt(body, pointer);
  if (error.keyword === "additionalProperties")
    return unknownFieldFinding(kind, pointer, error.params["additionalProperty"]);
  if (isUnjudged(value, error)) return undefined;
  if (value === null)
    return isItem(pointer)
      ? nullItemFinding(kind, pointer)
      : blankScalarFinding(kind, pointer, error.params["type"]);
  // The lint rules report a number that is too small, with the reason.
  if (error.keyword === "minimum" || error.keyword === "maximum") return undefined;
  if (error.keyword === "type") return wrongTypeFinding(kind, pointer, value!, error.params["type"]);
  if (error.keyword === "enum") return badChoiceFinding(kind, pointer, value!, error.params["allowedValues"]);
  return badValueFinding(kind, pointer, value!);
}

/** The check of a placeholder reports only that it is no list and no map. */
function isUnjudged(value: Value | undefined, { keyword, params }: ErrorObject): boolean {
  if (!(value instanceof Secret) || toStoredText(value) !== undefined) return false;
  return keyword !== "type" || !["array", "object"].includes(params["type"]);
}

function unknownFieldFinding(kind: Kind, pointer: string, name: string): LintFinding {
  const known = Object.keys(shapeAt(kind, pointer)?.properties ?? {});
  const guess = findNearest(name, known);
  const where = pointer === "" ? "" : ` in ${formatPath(pointer)}`;
  const choices = known.length === 0 ? "none is known here" : `known are ${known.join(", ")}`;
  return makeLintFinding("unknown-field", {
    pointer: `${pointer}/${escapePointer(name)}`,
    message: `unknown field "${name}"${where}`,
    hint: getOwnField(movedFields, name) ?? (guess === undefined ? choices : `did you mean "${guess}"?`),
  });
}

/** Fields of older layouts, and their new places. */
const movedFields: Readonly<Record<string, string>> = {
  cluster: 'this is the layout before version 2: it is "cluster_permissions" now',
  indices: 'this is the layout before version 2: it is "index_permissions" now',
  tenants: 'this is the layout before version 2: it is "tenant_permissions" now',
  backendroles: 'this is the layout before version 2: it is "backend_roles" now',
  and_backendroles: 'this is the layout before version 2: it is "and_backend_roles" now',
  readonly: 'this is the layout before version 2: it is "reserved" now',
  opensearch_security_roles: 'it is still called "opendistro_security_roles"',
};

function nullItemFinding(kind: Kind, pointer: string): LintFinding {
  const message = `${formatPath(pointer)} is empty, and so is left out`;
  if (refusesScalars(kind, pointer))
    return makeLintFinding("null-item", {
      severity: "error",
      pointer,
      message: `${formatPath(pointer)} is empty`,
    });
  return makeLintFinding("null-item", {
    severity: "warning",
    pointer,
    message,
    hint: "remove the item, or quote it",
  });
}

/** A boolean or number without a value: the server reads it as false or zero, whatever its default is. */
function blankScalarFinding(kind: Kind, pointer: string, expected: string): LintFinding | undefined {
  if (refusesScalars(kind, pointer)) return undefined;
  const byDefault = shapeAt(kind, pointer)?.default;
  const isHarmless = byDefault === undefined || byDefault === false || byDefault === 0;
  if (isHarmless || (expected !== "boolean" && expected !== "integer")) return undefined;
  const message = `${formatPath(pointer)} is empty, which the server reads as ${formatConverted("", expected)}`;
  return makeLintFinding("converted-value", { pointer, message, hint: converted[expected]! });
}

function wrongTypeFinding(
  kind: Kind,
  pointer: string,
  value: Value,
  expected: string,
): LintFinding | undefined {
  const found = describe(value, expected);
  const place = formatPath(pointer);
  if (!isConverted(kind, pointer, value, expected)) {
    const message = `${place} must be ${articles[expected] ?? expected}, found ${found}`;
    return makeLintFinding("wrong-type", { pointer, message, ...hintFor(expected, value) });
  }
  // osac reports a converted item of a list when it reads the YAML, where it differs from the text of the
  // file. The value of a placeholder is unknown here.
  if (isItem(pointer) || value instanceof Secret) return undefined;
  const message = `${place} is ${found}, which the server reads as ${formatConverted(value, expected)}`;
  return makeLintFinding("converted-value", { pointer, message, hint: converted[expected]! });
}

const articles: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a map",
  string: "a text",
  boolean: "true or false",
  integer: "a whole number",
};

const converted: Readonly<Record<string, string>> = {
  string: "put it in quotes to say that it is a text",
  boolean: "write true or false, without quotes",
  integer: "write a whole number, without quotes",
};

function hintFor(expected: string, value: Value): { hint?: string } {
  if (expected === "array" && !isRecord(value)) return { hint: listHint(value) };
  if (expected === "boolean" && typeof value === "string")
    return { hint: "only true and false are understood" };
  return {};
}

/** Some readers split such a text at its commas, and others do not, so the file must have a list. */
function listHint(value: Value): string {
  const whole = `write [${formatValue(value)}]`;
  if (typeof value !== "string" || !value.includes(",")) return whole;
  const items = value.split(",").map((item) => formatValue(item.trim()));
  return `write [${items.join(", ")}], or ${whole.slice("write ".length)} where the comma belongs to it`;
}

/** True if the loader converts the value to the expected type. */
function isConverted(kind: Kind, pointer: string, value: Value, expected: string): boolean {
  // The plugin replaces placeholders before it reads the YAML, so the value of one may be more than a text.
  if (value instanceof Secret) return readsAs(expected, toStoredText(value) ?? null);
  if (Array.isArray(value) || isRecord(value) || refusesScalars(kind, pointer))
    return isPlainTruth(value, expected);
  return readsAs(expected, value);
}

function readsAs(expected: string, value: Value): boolean {
  switch (expected) {
    case "string":
      return true;
    case "boolean":
      return typeof value === "string" ? truth.test(value.trim()) : Number.isInteger(value);
    case "integer":
      return typeof value === "string" ? wholeNumber.test(value.trim()) : typeof value === "number";
    default:
      return false;
  }
}

const truth = /^(?:true|True|TRUE|false|False|FALSE)?$/;
const wholeNumber = /^(?:[-+]?\d+)?$/;

function refusesScalars({ unconverted }: Kind, pointer: string): boolean {
  const [field, ...steps] = parsePointer(pointer);
  return steps.length > 0 && unconverted?.includes(field!) === true;
}

/** The only texts that a reader of the plugin's own converts. */
function isPlainTruth(value: Value, expected: string): boolean {
  return expected === "boolean" && typeof value === "string" && /^(?:[Tt]rue|[Ff]alse)$/.test(value.trim());
}

function formatConverted(value: Value, expected: string): string {
  if (expected === "boolean")
    return String(typeof value === "number" ? value !== 0 : /true/i.test(String(value)));
  if (expected === "integer") return String(Math.trunc(Number(value)));
  return `the text "${String(value)}"`;
}

/** The message does not quote a text in the place of a map: the text may contain secrets. */
function describe(value: Value, expected: string): string {
  if (Array.isArray(value)) return "a list";
  if (isRecord(value)) return "a map";
  if (expected === "object" && typeof value === "string") return "a text";
  return typeof value === "string" ? `the text ${formatValue(value)}` : formatValue(value);
}

function badChoiceFinding(
  kind: Kind,
  pointer: string,
  value: Value,
  allowed: readonly string[],
): LintFinding | undefined {
  const isUpper = shapeAt(kind, pointer)?.["x-upper"] ?? false;
  const found = toStoredText(value) ?? "";
  const text = isUpper ? found.toUpperCase() : found;
  if (isUpper && allowed.includes(text)) return undefined;
  const choices = isUpper ? allowed.filter((name) => name === name.toUpperCase()) : allowed;
  return makeLintFinding("bad-value", {
    severity: "error",
    pointer,
    message: `${formatPath(pointer)} cannot be ${formatValue(value)}`,
    // The nearest choice would reveal much of a secret.
    hint: formatChoiceHint(value instanceof Secret ? "" : text, choices),
  });
}

function formatChoiceHint(text: string, allowed: readonly string[]): string {
  const guess = findNearest(text, allowed);
  return guess === undefined ? `choose one of ${allowed.join(", ")}` : `did you mean "${guess}"?`;
}

/** The patterns in the schemas are only on values that the loader accepts unchecked. */
function badValueFinding(kind: Kind, pointer: string, value: Value): LintFinding {
  const message = `${formatPath(pointer)} cannot be ${formatValue(value)}`;
  const details =
    kind.name === "actiongroups" && parseLastStep(pointer) === "type"
      ? { hint: "choose cluster or index, or leave it out", since: "2.15" }
      : {};
  return makeLintFinding("bad-value", {
    severity: "warning",
    pointer,
    message,
    ...details,
    refusedByServer: true,
  });
}

function isItem(pointer: string): boolean {
  return /^\d+$/.test(parseLastStep(pointer));
}

function shapeAt(kind: Kind, pointer: string): Shape | undefined {
  return parsePointer(pointer).reduce<Shape | undefined>(
    (shape, step) => shape && childShape(shape, step),
    entityShape(kind),
  );
}
