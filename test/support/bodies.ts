import fc from "fast-check";
import { childShape, entityShape, type Shape } from "../../src/schema/shape.ts";
import type { Kind } from "../../src/kinds/kind.ts";
import type { Body, Json, Value } from "../../src/model/value.ts";

/** Any body that the kind's schema allows, as in a file: with missing fields and lists in any order. */
export function bodies(kind: Kind): fc.Arbitrary<Body> {
  return makeValue(entityShape(kind)) as fc.Arbitrary<Body>;
}

function makeValue(shape: Shape & { readonly enum?: readonly string[] }): fc.Arbitrary<Json> {
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.type === "boolean") return fc.boolean();
  if (shape.type === "integer") return fc.integer({ min: 0, max: 1000 });
  if (shape.type === "array") return fc.array(makeValue(shape.items!), { maxLength: 4 });
  if (shape.type === "object") return makeObject(shape);
  // A field with a default may be the empty text.
  return fc.oneof(
    fc.constantFrom("a", "b", "*"),
    fc.string({ minLength: shape.default === undefined ? 1 : 0 }),
  );
}

function makeObject(shape: Shape): fc.Arbitrary<Json> {
  const { additionalProperties: entry, properties = {} } = shape;
  if (entry === true) return freeForm(Object.keys(properties));
  const fields = Object.entries(properties).map(([name, field]) => [name, makeValue(field)]);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] }) as fc.Arbitrary<{
    [key: string]: Json;
  }>;
  if (typeof entry !== "object") return known;
  const others = fc.dictionary(fc.string(), makeValue(entry), { maxKeys: 3 });
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

/** An equal body in another form: keys and sets in reverse order, sets with repetitions. */
export function reordered(shape: Shape, value: Value | undefined): Value {
  if (Array.isArray(value)) {
    const items = value.map((item) => reordered(shape.items ?? {}, item));
    return shape["x-set"] ? [...items, ...items].toReversed() : items;
  }
  if (typeof value !== "object" || value === null) return value!;
  const entries = Object.entries(value).map(([name, item]): [string, Value] => [
    name,
    reordered(childShape(shape, name) ?? {}, item),
  ]);
  return Object.fromEntries(entries.toReversed());
}
