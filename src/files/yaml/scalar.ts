import type { Json } from "../../model/value.ts";

/**
 * The value of a scalar's text. The plugin refuses a text that looks like a number and cannot be read as one.
 */
export type Scalar = { readonly value: Json } | { readonly isRefused: true };

const nulls = ["~", "null", "Null", "NULL", ""];
const truths = ["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const untruths = ["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
const booleans = new Map([
  ...truths.map((word) => [word, true] as const),
  ...untruths.map((word) => [word, false] as const),
]);
const words = new Map<string, null | boolean>([...nulls.map((word) => [word, null] as const), ...booleans]);
const sexagesimal = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const integer =
  /^(?:[-+]?0b_*[01][01_]*|[-+]?0_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*)$/;
const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A text with more digits is no number, and takes long to parse. */
const digitsMax = 1000;

/** Only these characters can begin a number. */
const numeric = /^[-+.0-9]/;

/**
 * Reads a plain scalar without a tag as SnakeYAML 2.1 resolves and Jackson's YAMLParser converts it (checked
 * against `DefaultObjectMapper.YAML_MAPPER` of 2.11.1, 2.19.4 and 3.4.0): YAML 1.1, but sexagesimal numbers
 * and dates stay text. A text that only looks like a float, such as `.inf` or `1:30.5`, is refused.
 */
export function readPlain(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  if (!numeric.test(text)) return { value: text };
  if (text.length > digitsMax && /^[-+.0-9a-fA-F_xb]*$/.test(text)) return { isRefused: true };
  if (sexagesimal.test(text)) return { value: text };
  if (integer.test(text)) return { value: readInteger(text) };
  return float.test(text) ? readFloat(text) : { value: text };
}

/**
 * Reads a scalar with one of YAML's own tags, such as `!!int`. It ignores other tags, and the scalar is a
 * text.
 */
export function readTagged(tag: string, text: string): Scalar {
  if (text === "") return { value: "" };
  switch (tag) {
    case "bool":
      return { value: booleans.get(text) ?? text };
    case "int":
      return { value: text.length <= digitsMax && integer.test(text) ? readInteger(text) : text };
    case "float":
      return readFloat(text);
    case "null":
      return { value: null };
    default:
      return { value: text };
  }
}

function readInteger(text: string): Json {
  const sign = text.startsWith("-") ? "-" : "";
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  const literal = /^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const exact = BigInt(literal);
  return toServerText(Number(exact) * (sign ? -1 : 1) || 0, exact === 0n ? "0" : `${sign}${exact}`);
}

function readFloat(text: string): Scalar {
  const digits = text.replace(/^\+/, "").replaceAll("_", "");
  if (!/^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(digits)) {
    return { isRefused: true };
  }
  const value = Number(digits);
  return { value: toServerText(value, formatJavaDouble(value)) };
}

/**
 * In a field of texts the server stores a number as Java prints it (`1.10` becomes "1.1", `1.0` stays "1.0").
 * Returns that text for a number that JavaScript prints differently.
 */
function toServerText(value: number, text: string): Json {
  return String(value) === text ? value : text;
}

/** Formats a number like Java's `Double.toString`: the shortest digits, with at least one after the point. */
function formatJavaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
