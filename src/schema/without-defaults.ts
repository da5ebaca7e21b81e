import type { Version } from "../model/finding.ts";
import type { Body, Value } from "../model/value.ts";
import { makeDefaults } from "./canonical.ts";
import { childShape, entityShape, type Shape } from "./shape.ts";
import { isRecord } from "../value/record.ts";
import { mapItems } from "../value/walk.ts";
import type { Kind } from "../kinds/kind.ts";
import { isSameValue } from "../value/equal.ts";

/**
 * Returns a canonical body as a person would write it, without the server's defaults. Its canonical form is
 * the same.
 */
export function withoutDefaults(kind: Kind, body: Body, version: Version): Body {
  return trim(kind, version, entityShape(kind), body) as Body;
}

function trim(kind: Kind, version: Version, shape: Shape, value: Value): Value {
  const entry = shape.additionalProperties;
  if (entry === true) return value;
  const isInRecord = isRecord(value) && typeof entry !== "object";
  const said = isInRecord ? dropDefaults(value, makeDefaults(kind, shape, version)) : value;
  return mapItems(said, (item, step) => trim(kind, version, childShape(shape, step) ?? {}, item));
}

function dropDefaults(fields: Body, defaults: Body): Body {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !isSameValue(value, defaults[name])),
  );
}
