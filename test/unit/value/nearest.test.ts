import fc from "fast-check";
import { expect, test } from "vitest";
import { findNearest } from "../../../src/value/nearest.ts";

const name = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 12, maxLength: 20 });

test("one letter more, less or other is a slip, wherever it stands", () => {
  fc.assert(
    fc.property(name, fc.nat(11), fc.constantFrom("", "x", "xy"), fc.nat(2), (meant, at, added, removed) => {
      const written = meant.slice(0, at) + added + meant.slice(at + removed);
      expect(findNearest(written, ["quite_another_name", meant])).toBe(meant);
    }),
  );
});

test("names of which too much differs are no slips", () => {
  expect(findNearest("a".repeat(20), ["a".repeat(15) + "bbbbb"])).toBeUndefined();
  expect(findNearest("a".repeat(20), ["a".repeat(16) + "bbbb"])).toBe("a".repeat(16) + "bbbb");
});
