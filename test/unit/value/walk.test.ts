import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redacted, Secret } from "../../../src/secrets/secret.ts";
import {
  findParts,
  findSecrets,
  holdsSecret,
  mapItems,
  mapScalars,
  revealAll,
  somePart,
} from "../../../src/value/walk.ts";
import { getItem } from "../../../src/value/path.ts";
import { values } from "../../support/values.ts";

const isSecret = (part: unknown): boolean => part instanceof Secret;

describe("walking a value", () => {
  test("making nothing anew gives the same value, magic names included", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(mapScalars(value, (scalar) => scalar)).toEqual(value);
        expect(mapItems(value, (item) => item)).toEqual(value);
      }),
    );
  });

  test("two passes are one pass of both", () => {
    fc.assert(
      fc.property(values, (value) => {
        const twice = mapScalars(mapScalars(value, String), (text) => `${String(text)}!`);
        expect(twice).toEqual(mapScalars(value, (scalar) => `${String(scalar)}!`));
      }),
    );
  });

  test("each part that is found stands at its path", () => {
    fc.assert(
      fc.property(values, (value) => {
        for (const { path, value: found } of findParts(value, isSecret))
          expect(path.reduce(getItem, value)).toBe(found);
      }),
    );
  });

  test("all ways to look for secrets agree", () => {
    fc.assert(
      fc.property(values, (value) => {
        const found = findSecrets(value);
        expect(findParts(value, isSecret).map((part) => part.value)).toEqual(found);
        expect(holdsSecret(value)).toBe(found.length > 0);
        expect(somePart(value, isSecret)).toBe(found.length > 0);
      }),
    );
  });

  test("nothing within a wanted part is looked at", () => {
    const outer = { inner: { a: 1 } };
    expect(
      findParts({ outer }, (part) => part !== null && typeof part === "object" && "inner" in part),
    ).toEqual([{ path: ["outer"], value: outer }]);
  });

  test("a redacted secret is never revealed", () => {
    expect(revealAll({ a: [new Secret("s")] })).toEqual({ a: ["s"] });
    expect(() => revealAll([redacted])).toThrow("must never be written");
  });
});
