import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { applyPatch, PatchFailure } from "../../../src/simulator/patch.ts";

const findFailure = (operation: Json): Pick<PatchFailure, "message" | "status"> => {
  try {
    applyPatch({ role: { list: ["a"], text: "t" } }, [operation]);
  } catch (error) {
    if (error instanceof PatchFailure) return { message: error.message, status: error.status };
    throw error;
  }
  throw new Error("the patch was applied");
};

test("what a patch does not name is shared, and the document stays as it is", () => {
  const document = { a: { list: [1] }, b: { list: [2] } };

  const patched = applyPatch(document, [{ op: "add", path: "/a/list/-", value: 3 }]) as typeof document;

  expect(document).toEqual({ a: { list: [1] }, b: { list: [2] } });
  expect(patched.a).toEqual({ list: [1, 3] });
  expect(patched.b).toBe(document.b);
});

test("removing what is not there succeeds, below what is not there it fails", () => {
  expect(applyPatch({ a: 1 }, [{ op: "remove", path: "/b" }])).toEqual({ a: 1 });
  expect(findFailure({ op: "remove", path: "/b/c" })).toEqual({ message: 'Missing field "b"', status: 400 });
});

test("the last part of a path is unescaped twice, the others once", () => {
  expect(applyPatch({}, [{ op: "add", path: "/q~01z", value: 1 }])).toEqual({ "q/z": 1 });
  expect(applyPatch({ "q~1z": {} }, [{ op: "add", path: "/q~01z/x", value: 1 }])).toEqual({
    "q~1z": { x: 1 },
  });
});

test("a name that is magic elsewhere is only a name", () => {
  const patched = applyPatch({}, [{ op: "add", path: "/__proto__", value: { x: 1 } }]);

  expect(Object.keys(patched as object)).toEqual(["__proto__"]);
  expect(({} as { x?: number }).x).toBeUndefined();
});

test.each<[Json, string, number]>([
  [{ op: "replace", path: "/role/description", value: 1 }, 'Missing field "description"', 400],
  [{ op: "add", path: "/role/list/9", value: 1 }, "Array index 9 out of bounds", 400],
  [{ op: "add", path: "/role/list/x", value: 1 }, "Object operation on array target", 500],
  [{ op: "add", path: "/role/text/x", value: 1 }, "Cannot reference past scalar value", 400],
  [{ op: "add", path: "role", value: 1 }, "Missing leading slash", 400],
  [{ op: "add", path: "/role" }, "Invalid JSON Patch payload (missing 'value' field)", 400],
  [{ op: "remove", path: "" }, "Cannot remove document root", 400],
])("%j is refused", (operation, message, status) => {
  expect(findFailure(operation)).toEqual({ message, status });
});
