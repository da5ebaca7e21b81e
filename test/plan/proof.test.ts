import { expect, test } from "vitest";
import { canonicalize } from "../../src/kinds/canonical.ts";
import { kinds } from "../../src/kinds/index.ts";
import type { Change } from "../../src/model.ts";
import { operationsOf } from "../../src/plan/patch.ts";
import { disproof } from "../../src/plan/proof.ts";

const version = { major: 3, minor: 4, patch: 0 };
const users = kinds.internalusers;

test("a user whose hash cannot be seen keeps it when another field changes", () => {
  const raw = { hash: "", description: "old", backend_roles: [], attributes: {}, reserved: false };
  const change: Change = {
    action: "update",
    kind: "internalusers",
    name: "ann",
    before: canonicalize(users, raw, version),
    after: canonicalize(users, { hash: "$2y$12$declared", description: "new" }, version),
  };

  const operations = operationsOf(users, change);

  expect(operations).toEqual([{ op: "add", path: "/ann/description", value: "new" }]);
  expect(disproof(users, change, operations, raw, version)).toBeUndefined();
});
