import { describe, expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { Body } from "../../../src/model/value.ts";
import { actions, at, makeLive, makePlanned, version } from "./planned.ts";

const role: Body = { cluster_permissions: ["cluster_monitor"] };

describe("a plan", () => {
  const live = makeLive(kinds.roles, { a: role, b: role });

  test("counts what is declared, and what is managed", () => {
    const plan = makePlanned(kinds.roles, { a: role, b: { description: "b" }, c: role }, live);
    expect(plan).toMatchObject({ kinds: ["roles"], compared: 3, managed: { roles: 2 } });
    expect(actions(plan)).toEqual(["update b", "create c"]);
    expect(plan.changes).toMatchObject([{ at }, { at }]);
  });

  test("has no id where the cluster has no UUID", () => {
    expect(makePlanned(kinds.roles, { a: role }, live).id).toMatch(/^[0-9a-f]{64}$/);
    expect(
      makePlanned(kinds.roles, { a: role }, live, {}, { version, isVersionGuessed: false }),
    ).not.toHaveProperty("id", expect.anything());
  });

  test.each([{}, { hint: "ask for the right" }])(
    "says which kind it could not compare, and why: %j",
    (hint) => {
      const blind = new Map([["roles" as const, { readable: false, reason: "403", ...hint } as const]]);
      const plan = makePlanned(kinds.roles, { a: role }, blind);
      expect(plan).toMatchObject({ kinds: [], compared: 0, managed: {}, changes: [] });
      expect(plan.findings).toEqual([
        {
          code: "no-read-access",
          severity: "warning",
          message: "roles.yml is skipped, no read access: 403",
          kind: "roles",
          ...hint,
        },
      ]);
    },
  );
});
