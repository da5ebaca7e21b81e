import type { Version } from "../model/finding.ts";
import type { Body, Value } from "../model/value.ts";
import { canonicalize, resolveShape, type Shape } from "./canonical.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import { isSameValue } from "../value/equal.ts";

interface Context {
  readonly kind: Kind;
  readonly definitions: Readonly<Record<string, Shape>>;
  readonly version: Version;
}

type Fields = { [key: string]: Value };

/** A canonical body as a person would write it: without what the server fills in. Its canonical form is the same. */
export function withoutDefaults(kind: Kind, body: Body, version: Version): Body {
  const definitions = kind.schema.$defs as Readonly<Record<string, Shape>>;
  return trimRecord({ kind, definitions, version }, definitions["entity"]!, body);
}

function trim(context: Context, reference: Shape, value: Value): Value {
  const shape = resolveShape(context.definitions, reference);
  if (Array.isArray(value)) return value.map((item) => trim(context, shape.items ?? {}, item));
  if (!isRecord(value) || shape.additionalProperties === true) return value;
  return typeof shape.additionalProperties === "object"
    ? trimMap(context, shape, value)
    : trimRecord(context, shape, value);
}

function trimMap(context: Context, shape: Shape, fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]): [string, Value] => {
    const entry = shape.properties?.[name] ?? (shape.additionalProperties as Shape);
    return [name, trim(context, entry, value)];
  });
  return Object.fromEntries(entries);
}

function trimRecord(context: Context, shape: Shape, fields: Fields): Fields {
  const defaults = makeDefaults(context, shape);
  const entries = Object.entries(fields)
    .filter(([name, value]) => !isSameValue(value, defaults[name]))
    .map(([name, value]): [string, Value] => [name, trim(context, shape.properties?.[name] ?? {}, value)]);
  return Object.fromEntries(entries);
}

/** The canonical form of a record in which nothing is said. */
function makeDefaults({ kind, definitions, version }: Context, shape: Shape): Body {
  const schema = { ...kind.schema, $defs: { ...definitions, entity: shape } };
  return canonicalize({ ...kind, schema }, {}, version);
}
