import { expect, test } from "vitest";
import { Secret } from "../../../src/secrets/secret.ts";
import { findDifferences } from "../../../src/value/equal.ts";

test("differences are found as deep as both sides are maps, and lists are compared as a whole", () => {
  const before = { same: { a: 1 }, deep: { kept: 1, changed: 2 }, list: [1, 2], gone: "x" };
  const after = { same: { a: 1 }, deep: { kept: 1, changed: 3 }, list: [1, 3], new: "y" };
  expect(findDifferences(before, after)).toEqual([
    { path: ["deep", "changed"], before: 2, after: 3 },
    { path: ["list"], before: [1, 2], after: [1, 3] },
    { path: ["gone"], before: "x", after: undefined },
    { path: ["new"], before: undefined, after: "y" },
  ]);
});

test("a map that must not be entered differs as a whole", () => {
  const [before, after] = [{ a: { b: 1 } }, { a: { b: 2 } }];
  expect(findDifferences(before, after, (one) => one === before)).toEqual([
    { path: ["a"], before: { b: 1 }, after: { b: 2 } },
  ]);
});

test("a secret that osac cannot see differs from nothing", () => {
  expect(findDifferences({ a: { key: new Secret(undefined) } }, { a: { key: "x" } })).toEqual([]);
});
