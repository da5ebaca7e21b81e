import { expect, test } from "vitest";
import { matches } from "../../../src/access/match-pattern.ts";

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
