import { expect, test } from "vitest";
import { isExpression, isLiteral, matches } from "../../../src/access/match-pattern.ts";

test.for([
  ["deploy", "deploy", "yes"],
  ["deploy", "Deploy", "no"],
  ["*", "anything", "yes"],
  ["dep*", "deploy", "yes"],
  ["*loy", "deploy", "yes"],
  ["d?ploy", "deploy", "yes"],
  ["d?ploy", "dploy", "no"],
  ["a.c", "abc", "no"],
  ["a*", "a\nb", "yes"],
  ["", "", "no"],
  [" ", " ", "no"],
  ["/dep.*/", "deploy", "yes"],
  ["/dep/", "deploy", "no"],
  ["/(?i)DEPLOY/", "deploy", "yes"],
  ["/a\\-b\\_c/", "a-b_c", "yes"],
  ["/CN=a\\, b/", "CN=a, b", "yes"],
  ["/\\d{2}[a-f]+/", "42cafe", "yes"],
] as const)("%s and %s: %s", ([pattern, text, verdict]) => {
  expect(matches(pattern, text)).toBe(verdict);
});

/** Java reads each of these, JavaScript reads none of them, or reads another thing. */
test.for(["/[a-z&&[^b]]+/", "/a*+/", "/\\Qa.b\\E/", "/\\p{Alpha}+/", "/(?x) a /", "/[a[bc]]/"])(
  "nobody can tell what %s matches",
  (pattern) => {
    expect(matches(pattern, "abc")).toBe("unsure");
  },
);

test.for([
  ["a*b*c", 4096, "yes"],
  ["a*b*c", 4097, "unsure"],
  ["a*", 4097, "yes"],
  ["*", 4097, "yes"],
] as const)("%s and a text of %d characters: %s", ([pattern, length, verdict]) => {
  expect(matches(pattern, `a${"b".repeat(length - 2)}c`)).toBe(verdict);
});

test.for([
  ["a", true, false],
  ["a*", false, false],
  ["a?", false, false],
  ["/", true, false],
  ["//", false, true],
  ["/a", true, false],
  ["a/", true, false],
  ["/a/", false, true],
  [" ", false, false],
  ["", false, false],
] as const)("%j is a name: %s, an expression: %s", ([pattern, isName, isOther]) => {
  expect([isLiteral(pattern), isExpression(pattern)]).toEqual([isName, isOther]);
});
