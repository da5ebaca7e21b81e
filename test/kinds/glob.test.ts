import { expect, test } from "vitest";
import { matchesGlob } from "../../src/kinds/glob.ts";

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
