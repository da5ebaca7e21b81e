import fc from "fast-check";
import type { Body, Value } from "../../src/model/value.ts";
import { setOwn } from "../../src/value/record.ts";
import { Secret } from "../../src/secrets/secret.ts";

/**
 * Names with every character that a path has to escape, and the names of properties that every object has.
 */
export const fieldNames: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "a/b",
    "~",
    "~0",
    "~1",
    "",
    "0",
    "__proto__",
    "constructor",
    "toString",
    "length",
  ),
  fc.string({ maxLength: 4 }),
);

/** Values of any shape, with secrets and with magic names. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value; body: Body }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string({ maxLength: 4 }),
      fc.string().map((text) => new Secret(text, "${env.A}")),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("body"),
  ),
  body: fc.array(fc.tuple(fieldNames, tie("value")), { maxLength: 3 }).map(makeBody),
})).value;

/** Bodies with such values. */
export const bodiesOfAnyShape: fc.Arbitrary<Body> = fc
  .array(fc.tuple(fieldNames, values), { maxLength: 4 })
  .map(makeBody);

function makeBody(fields: readonly [string, Value][]): Body {
  const body: Body = {};
  for (const [name, value] of fields) setOwn(body, name, value);
  return body;
}
