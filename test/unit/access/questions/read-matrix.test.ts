import { expect, test } from "vitest";
import { can, parseClusterNames, type Access } from "../../../../src/access/effective/index.ts";
import { listCandidates } from "../../../../src/access/compare/principals.ts";
import type { Judgement } from "../../../../src/access/questions/judgement.ts";
import { readMatrices } from "../../../../src/access/questions/read-matrix.ts";
import { access } from "../effective/documents.ts";
import { makeConfiguration, tenants } from "../effective/differential/configuration.ts";
import { seeded } from "../effective/differential/random.ts";

const names = parseClusterNames({
  indices: [
    ...["zz-a", "zz-b", "zz-log-1", "zz-log-2", "zy-1"].map((name) => ({ name })),
    { name: "zz-c", aliases: ["zz-al1"] },
    { name: "zz-hid", attributes: ["hidden"] },
    { name: "zz-clo", attributes: ["closed"] },
    { name: ".ds-zz-ds1-000001", attributes: ["hidden"], data_stream: "zz-ds1" },
  ],
})!;

function makeAccess(seed: number, version: string, isNamed: boolean): Access {
  const { roles, mappings, users, groups, dynamic } = makeConfiguration(seeded(seed), version);
  return access({
    version,
    roles,
    mappings,
    users,
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, body]) => [name, body["allowed_actions"] as string[]]),
    ),
    tenants,
    dynamic,
    ...(isNamed ? { names } : {}),
  });
}

const isGiven = ({ decision }: ReturnType<typeof can>): boolean =>
  decision.verdict === "allowed" || (decision.verdict === "partly" && decision.effect === "404");

test.for(
  ["2.11.1", "2.19.4", "3.4.0"].flatMap((version) => [[version, true] as const, [version, false] as const]),
)(
  "every cell is what the evaluator answers for this principal and name: %s, names known: %s",
  ([version, isNamed]) => {
    let compared = 0;
    for (let seed = 1; seed <= 2; seed++) {
      const one = makeAccess(seed, version, isNamed);
      const [matrix] = readMatrices([one]);
      const callers = listCandidates([one]).filter(({ principal }) => principal.kind !== "anonymous");
      for (const [row, { identify }] of callers.entries()) {
        const caller = identify(one);
        for (const [place, column] of matrix!.columns.entries()) {
          if (column.kind !== "index" || column.example === undefined) continue;
          const found = matrix!.rows[row]![place]!;
          const target = { kind: "indices", expressions: [column.example] } as const;
          const expected = column.probes
            .filter(([, asked]) => asked.every((what) => isGiven(can(one, caller, what, target))))
            .map(([level]) => level);
          expect([matrix!.principals[row], column.name, found.levels]).toEqual([
            matrix!.principals[row],
            column.name,
            expected,
          ]);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(300);
  },
);

const open = { allowed_actions: ["*"], index_patterns: ["*"] };

/** The judgement of one principal and one column. */
function find(given: Parameters<typeof access>[0], principal: string, column: string): Judgement {
  const [{ principals, columns, rows }] = readMatrices([access(given)]) as [
    ReturnType<typeof readMatrices>[0],
  ];
  const row = principals.findIndex(({ name }) => name === principal);
  return rows[row]![columns.findIndex(({ name }) => name === column)]!;
}

test.for([
  [["indices:data/read*"], ["read"]],
  [["indices:data/write*"], ["write"]],
  [
    ["indices:data/read*", "indices:data/write*"],
    ["read", "write"],
  ],
  [
    ["indices:data/*", "indices:admin/*"],
    ["read", "write", "manage"],
  ],
  [["indices:*"], ["read", "write", "manage", "everything"]],
  [["indices:data/read/search"], []],
] as const)("the permissions %j give the levels %j", ([actions, levels]) => {
  const roles = {
    ann: { index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: [...actions] }] },
  };
  const { single, levels: found } = find({ roles }, "ann", "logs-*");
  expect([found, single?.what]).toEqual([levels, levels.length > 0 ? undefined : "indices:data/read/search"]);
});

test("a single action that only a role names counts as some access", () => {
  const blocks = [{ index_patterns: ["a"], allowed_actions: ["indices:admin/ism/managedindex"] }];
  expect(find({ roles: { ann: { index_permissions: blocks } } }, "ann", "a").single?.what).toBe(
    "indices:admin/ism/managedindex",
  );
});

test("a pattern with the caller's name is judged for each principal by its own name", () => {
  const roles = {
    own: { index_permissions: [{ index_patterns: ["u-${user.name}-*"], allowed_actions: ["indices:*"] }] },
  };
  const given = { roles, mappings: { own: { users: ["ann"] } }, users: { ann: {}, bob: {} } };
  const of = (name: string): unknown[] => {
    const { example, levels } = find(given, name, "u-${user.name}-*");
    return [example, levels.length];
  };
  expect([of("ann"), of("bob")]).toEqual([
    ["u-ann-example", 4],
    ["u-bob-example", 0],
  ]);
});

test("an expression without an example is unknown, and with the names of the cluster it is judged", () => {
  const blocks = [{ index_patterns: ["/a[0-9]{2}b/"], allowed_actions: ["indices:*"] }];
  const roles = { ann: { index_permissions: blocks } };
  expect(find({ roles }, "ann", "/a[0-9]{2}b/").open).toHaveLength(4);
  const known = parseClusterNames({ indices: [{ name: "a42b" }] })!;
  expect(find({ roles, names: known }, "ann", "/a[0-9]{2}b/").levels).toHaveLength(4);
});

test("restrictions of documents and fields belong to the judgement", () => {
  const block = { ...open, allowed_actions: ["indices:data/read*"], dls: '{"term":{"a":1}}', fls: ["a"] };
  const { restrictions } = find({ roles: { ann: { index_permissions: [block] } } }, "ann", "*");
  expect(restrictions).toMatchObject({ documents: { are: "some" }, fields: { are: "only" } });
});

test("both sides have the principals and columns of either", () => {
  const [old, now] = [{ ann: { index_permissions: [{ ...open, index_patterns: ["a"] }] } }, { bob: {} }];
  const [before, after] = readMatrices([access({ roles: old }), access({ roles: now })]);
  expect(before!.principals).toEqual(after!.principals);
  expect(before!.principals.map(({ name }) => name)).toEqual(["", "ann", "bob"]);
  expect(before!.columns.filter(({ kind }) => kind === "index").map(({ name }) => name)).toEqual(["a"]);
});
