import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesExpression } from "../../../src/value/match-expression.ts";

/** Expressions of everything that is understood, as deep as they get. */
const { expression } = fc.letrec<{ expression: string; item: string }>((tie) => ({
  item: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "b", "ab", ".", "[ab]", "[^a]", "\\d", "\\.", "^", "$", "\\u{62}", "\\x61", ""),
    tie("expression").map((inner) => `(${inner})`),
    tie("expression").map((inner) => `(?:${inner})`),
    tie("expression").map((inner) => `(?=${inner})(?:)`),
    tie("expression").map((inner) => `(?!${inner})(?:)`),
    tie("expression").map((inner) => `(?<n>${inner})`.replaceAll("<n>", ":")),
    fc
      .tuple(tie("expression"), fc.constantFrom("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "{1,3}?"))
      .map(([inner, sign]) => `(?:${inner})${sign}`),
  ),
  expression: fc
    .array(
      fc.array(tie("item"), { maxLength: 3 }).map((items) => items.join("")),
      {
        minLength: 1,
        maxLength: 2,
      },
    )
    .map((options) => options.join("|")),
}));
const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "1"), maxLength: 5 });

test("says what JavaScript says, but for the few expressions that become too large", () => {
  const runs = 1000;
  let unanswered = 0;
  fc.assert(
    fc.property(expression, text, fc.boolean(), (source, subject, ignoresCase) => {
      const native = new RegExp(`^(?:${source})$`, ignoresCase ? "iu" : "u");
      const said = matchesExpression(source, subject, ignoresCase);
      if (said === undefined) unanswered++;
      else expect(said).toBe(native.test(subject));
    }),
    { numRuns: runs },
  );
  expect(unanswered).toBeLessThan(runs / 100);
});

test.each([
  ["(a)\\1", "aa"],
  ["(?<=a)b", "b"],
  ["\\bword\\b", "word"],
  ["[", "["],
  ["a".repeat(5000), "a"],
  ["(".repeat(500) + ")".repeat(500), ""],
  ["(?:(?:a{1000}){1000}){1000}", "a"],
])("leaves open what it does not understand, or what is too large: %.20s", (source, subject) => {
  expect(matchesExpression(source, subject)).toBeUndefined();
});

// Each would take the engine of JavaScript longer than anybody waits.
test.each([
  ["(a+)+b", "a".repeat(4000)],
  ["(a|a)*b", "a".repeat(4000)],
  ["(.*a){20}b", "a".repeat(2000)],
  ["(?:(?:(?:(?:){1000}){1000}){1000}){1000}", ""],
  ["(x+x+)+y", "x".repeat(4000)],
  ["(?=(a+)+b)c", "a".repeat(1000)],
  [`${"(?=.*".repeat(40)}x${")".repeat(40)}.*`, "customers_eu"],
  [`${"(?!a*".repeat(40)}x${")".repeat(40)}b`, "a".repeat(100)],
])("is not slow for %s", (source, subject) => {
  expect(matchesExpression(source, subject)).not.toBe(subject !== "");
});
