import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { findFieldChanges } from "../../../src/report/field-changes.ts";
import { fieldsText } from "../../../src/report/fields-text.ts";
import { plain } from "../../../src/report/markdown.ts";

type Fields = { [name: string]: Json };

function shown(before: Fields, after: Fields): string {
  const about = { action: "update", kind: "config", name: "config", before, after } as const;
  return fieldsText(findFieldChanges(about, "before"), "update", plain);
}

test.for<[change: string, before: Fields, after: Fields, text: string]>([
  ["a field without a name", { a: { b: 1 } }, { a: { b: 1, "": { c: "x" } } }, '+ ""'],
  ["a field below one without a name", { "": { b: 1 } }, { "": { b: 2 } }, "b  1 → 2"],
  ["an empty text where there was none", {}, { a: "" }, 'a  ""'],
  ["an empty list where there was none", {}, { a: [] }, "a  []"],
  ["an empty map that is gone", { a: {} }, {}, "- a"],
  ["a truth that becomes a text", { a: true }, { a: "true" }, 'a  true → "true"'],
  ["a number in a list that becomes a text", { a: [1] }, { a: ["1"] }, '+ "1"'],
  ["a list in a list that becomes a text", { a: [["b"]] }, { a: ['["b"]'] }, '- ["b"]'],
  ["a text that becomes a map", { a: "old" }, { a: { b: 1 } }, 'old → {"b":1}'],
  ["another order", { a: ["b", "c"] }, { a: ["c", "b"] }, "[b, c] → [c, b]"],
  ["an item twice", { a: ["b"] }, { a: ["b", "b"] }, "[b] → [b, b]"],
  ["a word of the report as a text", { a: "b" }, { a: "(default)" }, 'b → "(default)"'],
])("%s is seen", ([, before, after, text]) => {
  expect(shown(before, after)).toContain(text);
});

const name = fc.constantFrom("", "a", "b", "constructor", "toString");
// No null: a canonical body has none, and the report shows an absent field as it would show one.
const scalar = fc.constantFrom<Json[]>("a", "1", 1, "true", true, "null", "[]", "{}", "(default)", "a, b");
const { tree } = fc.letrec<{ tree: Fields; value: Json }>((tie) => ({
  tree: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(scalar, { minLength: 1, maxLength: 3 }),
    tie("tree"),
  ),
}));

function sorted(value: Json): string {
  return JSON.stringify(value, (_, one: Json) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

test("whatever differs is seen to differ", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      expect(shown(before, after) === "").toBe(sorted(before) === sorted(after));
    }),
    { numRuns: 2_000 },
  );
});

test("two changes that differ look different", () => {
  fc.assert(
    fc.property(tree, tree, tree, (before, one, other) => {
      expect(shown(before, one) === shown(before, other)).toBe(sorted(one) === sorted(other));
    }),
    { numRuns: 2_000 },
  );
});
