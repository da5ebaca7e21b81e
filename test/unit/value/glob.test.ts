import fc from "fast-check";
import { expect, test } from "vitest";
import { writePattern } from "../../../src/kinds/address.ts";
import { matchesGlob, readLiteral } from "../../../src/value/glob.ts";

test.each([
  ["team-*", "team-", true],
  ["team-*", "team-a/b\nc", true],
  ["team-*", "my-team-a", false],
  ["*-ro", "team-ro", true],
  ["*-ro", "team-row", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["a?c", "a😀c", true],
  ["a.c", "abc", false],
  ["(a|b)[c]+", "(a|b)[c]+", true],
  [String.raw`a\*`, "a*", true],
  [String.raw`a\*`, "ab", false],
  [String.raw`DOMAIN\user`, String.raw`DOMAIN\user`, true],
  ["*", "", true],
])("%s fits %j: %s", (pattern, name, isFitting) => {
  expect(matchesGlob(pattern, name)).toBe(isFitting);
});

test("patterns with many stars are no work", () => {
  expect(matchesGlob(`${"*a".repeat(1000)}*b`, "a".repeat(100_000))).toBe(false);
  expect(matchesGlob(`${"*a".repeat(1000)}*`, "a".repeat(100_000))).toBe(true);
  expect(matchesGlob("*".repeat(100_000), "a".repeat(100_000))).toBe(true);
});

test("a pattern without a wildcard names what it matches, and nothing else does", () => {
  const text = fc.stringMatching(/^[a\\\\*?]{0,6}$/);
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      expect(readLiteral(writePattern(name))).toBe(name);
      const literal = readLiteral(pattern);
      if (literal !== undefined) expect(matchesGlob(pattern, name)).toBe(name === literal);
    }),
  );
});
