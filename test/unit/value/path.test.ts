import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatPath,
  formatPointer,
  parsePath,
  parsePointer,
  valueAt,
  valueAtPath,
  withoutPaths,
  withPath,
} from "../../../src/value/path.ts";
import type { Body } from "../../../src/model/value.ts";
import { bodiesOfAnyShape, fieldNames } from "../../support/values.ts";

const paths = fc.array(fieldNames, { minLength: 1, maxLength: 3 });

/** A body without a prototype, so that nothing of one can be read. */
function withoutPrototypes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.setPrototypeOf(item, null)
      : item,
  );
}

describe("paths", () => {
  test("a path comes back from its pointer, and from what people write", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const pointer = formatPointer(path);
        expect(parsePointer(pointer)).toEqual(path);
        expect(parsePath(pointer.slice(1))).toEqual(path);
      }),
    );
  });

  test("a pointer into a list reads like code", () => {
    expect(formatPath("/index_permissions/0/a~1b")).toBe("index_permissions[0].a/b");
  });

  test("a field and a pointer to it hold the same value", () => {
    fc.assert(
      fc.property(bodiesOfAnyShape, (body) => {
        for (const [name, value] of Object.entries(body)) {
          expect(valueAtPath(body, [name])).toBe(value);
          expect(valueAt(body, formatPointer([name]))).toBe(value);
        }
      }),
    );
  });

  test("nothing of a prototype is ever read", () => {
    fc.assert(
      fc.property(bodiesOfAnyShape, paths, (body, path) => {
        const bare = withoutPrototypes(body) as Body;
        expect(JSON.stringify(valueAtPath(body, path))).toBe(JSON.stringify(valueAtPath(bare, path)));
      }),
    );
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(valueAtPath({}, [name])).toBeUndefined();
      expect(valueAt({ list: [] }, `/list/${name}`)).toBeUndefined();
    }
  });

  test("what was put at a path is found there, and is gone once it is taken away", () => {
    fc.assert(
      fc.property(bodiesOfAnyShape, paths, (body, path) => {
        const hasParents = path.length === 1 || isBody(valueAtPath(body, path.slice(0, -1)));
        const filled = withPath(body, path, "new");
        expect(valueAtPath(filled, path)).toBe(hasParents ? "new" : valueAtPath(body, path));
        expect(valueAtPath(withoutPaths(filled, [path]), path)).toBeUndefined();
      }),
    );
    expect(Object.getPrototypeOf(withPath({}, ["__proto__"], { a: 1 }))).toBe(Object.prototype);
  });

  test("a path never leads into a list, a pointer does", () => {
    expect(valueAtPath({ list: ["a"] }, ["list", "0"])).toBeUndefined();
    expect(withPath({ list: ["a"] }, ["list", "0"], "b")).toEqual({ list: ["a"] });
    expect(valueAt({ list: ["a"] }, "/list/0")).toBe("a");
  });
});

function isBody(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("reveal" in value);
}
