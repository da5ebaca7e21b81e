import fc from "fast-check";
import { resolveShape, type Shape } from "../../src/schema/canonical.ts";
import type { Kind } from "../../src/kinds/kind.ts";
import type { Body, Json, Value } from "../../src/model/value.ts";

type Definitions = Readonly<Record<string, Shape>>;

/** The entity's schema and what it refers to. */
export function readDefinitions(kind: Kind): Definitions {
  return kind.schema.$defs;
}

/** Any body that the kind's schema allows, as a file writes it: fields missing, lists in any order. */
export function bodies(kind: Kind): fc.Arbitrary<Body> {
  const definitions = readDefinitions(kind);
  return makeValue(definitions, definitions["entity"]!) as fc.Arbitrary<Body>;
}

function makeValue(definitions: Definitions, reference: Shape): fc.Arbitrary<Json> {
  const shape = resolveShape(definitions, reference) as Shape & { enum?: string[] };
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.type === "boolean") return fc.boolean();
  if (shape.type === "integer") return fc.integer({ min: 0, max: 1000 });
  if (shape.type === "array") return fc.array(makeValue(definitions, shape.items!), { maxLength: 4 });
  if (shape.type === "object") return makeObject(definitions, shape);
  // An empty text where it is a value of its own.
  return fc.oneof(
    fc.constantFrom("a", "b", "*"),
    fc.string({ minLength: shape.default === undefined ? 1 : 0 }),
  );
}

function makeObject(definitions: Definitions, shape: Shape): fc.Arbitrary<Json> {
  const { additionalProperties: entry, properties = {} } = shape;
  if (entry === true) return freeForm(Object.keys(properties));
  const fields = Object.entries(properties).map(([name, field]) => [name, makeValue(definitions, field)]);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] }) as fc.Arbitrary<{
    [key: string]: Json;
  }>;
  if (typeof entry !== "object") return known;
  const others = fc.dictionary(fc.string(), makeValue(definitions, entry), { maxKeys: 3 });
  return fc.tuple(others, known).map(([some, more]) => ({ ...some, ...more }));
}

function freeForm(names: string[]): fc.Arbitrary<Json> {
  const key = fc.oneof(fc.constantFrom(...names), fc.string());
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Json>(null, true, 0, "", "text"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 3 }),
    ),
  }));
  return fc.dictionary(key, tree, { maxKeys: 4 });
}

/** The same body said otherwise: keys the other way round, sets reversed and with repetition. */
export function reordered(definitions: Definitions, reference: Shape, value: Value | undefined): Value {
  const shape = resolveShape(definitions, reference);
  if (Array.isArray(value)) {
    const items = value.map((item) => reordered(definitions, shape.items ?? {}, item));
    return shape["x-set"] ? [...items, ...items].toReversed() : items;
  }
  if (typeof value !== "object" || value === null) return value!;
  const entries = Object.entries(value).map(([name, item]): [string, Value] => [
    name,
    reordered(definitions, makeField(shape, name), item),
  ]);
  return Object.fromEntries(entries.toReversed());
}

function makeField(shape: Shape, name: string): Shape {
  const { additionalProperties: entry, properties = {} } = shape;
  if (entry === true) return {};
  return Object.hasOwn(properties, name) ? properties[name]! : typeof entry === "object" ? entry : {};
}
