import { expect, test } from "vitest";
import { listNames } from "../../../src/value/list-names.ts";

test.for([
  ["", "nothing"],
  ["a", "a"],
  ["a b", "a, b"],
  ["a b c", "a, b, c"],
  ["a b c d", "a, b, c and 1 more"],
  ["a b c d e", "a, b, c and 2 more"],
] as const)("the first three of %j are %s", ([names, text]) => {
  const given = names.split(" ").filter((name) => name !== "");
  expect(listNames(given, 3)).toBe(text === "nothing" ? "" : text);
});
