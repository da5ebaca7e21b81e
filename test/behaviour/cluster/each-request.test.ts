import { describe, expect, test } from "vitest";
import type { Applied } from "../../../src/apply/apply-requests.ts";
import { applyFiles } from "../../support/engine.ts";
import { startQuick, writes } from "../../support/simulated-cluster.ts";

const files = {
  "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
  "roles.yml":
    "_meta: { type: roles, config_version: 2 }\nlogs_reader: { cluster_permissions: [cluster_monitor] }\n",
};

const results = ({ outcomes }: Applied): string[] =>
  outcomes.map(({ change, result }) => `${change.kind}/${change.name} ${result}`);
const codes = ({ findings }: Applied): string[] => findings.map(({ code }) => code);

/** So many roles and mappings that osac creates the roles empty first. */
function crowd(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `team_${index}`);
  const roles = names.map((name) => `${name}: { cluster_permissions: [cluster_monitor] }\n`);
  const mappings = names.map((name) => `${name}: { backend_roles: [${name}] }\n`);
  return {
    "roles.yml": `_meta: { type: roles, config_version: 2 }\n${roles.join("")}`,
    "roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }\n${mappings.join("")}`,
  };
}

describe("comparing before each request", () => {
  test("stops at the first that finds its entities changed, and tries no more", async () => {
    const simulator = await startQuick();
    const theirs = { cluster_permissions: ["cluster_all"] };
    const applied = await applyFiles(simulator, files, { comparesBeforeEach: true }, () =>
      simulator.edit("roles", (roles) => ({ ...roles, logs_reader: theirs })),
    );
    expect(results(applied)).toEqual(["tenants/sandbox done", "roles/logs_reader not-tried"]);
    expect(codes(applied)).toEqual(["changed-meanwhile"]);
    expect(writes(simulator)).toEqual(["PATCH tenants 200"]);
    expect(simulator.stored("roles")["logs_reader"]).toEqual(theirs);
  });

  test("does not mind what changes elsewhere", async () => {
    const simulator = await startQuick();
    const applied = await applyFiles(simulator, files, { comparesBeforeEach: true }, () =>
      simulator.edit("roles", (roles) => ({ ...roles, others: { cluster_permissions: ["cluster_all"] } })),
    );
    expect(codes(applied)).toEqual([]);
  });

  test("knows what earlier requests of the same run left behind", async () => {
    const simulator = await startQuick();
    const applied = await applyFiles(simulator, crowd(150), { comparesBeforeEach: true });
    expect(codes(applied)).toEqual([]);
    expect(writes(simulator).filter((write) => write === "PATCH roles 200")).toHaveLength(3);
  });

  test("says so where nobody can look", async () => {
    const simulator = await startQuick();
    const applied = await applyFiles(simulator, files, { comparesBeforeEach: true }, () => {
      const ill = { status: 500, body: "ill", when: isRead };
      simulator.fail(...Array.from({ length: 4 }, () => ill));
    });
    expect(results(applied)).toEqual(["tenants/sandbox not-tried", "roles/logs_reader not-tried"]);
    expect(codes(applied)).toEqual(["not-checked"]);
    expect(writes(simulator)).toEqual([]);
  });
});

const isRead = ({ method, path }: { method: string; path: string }): boolean =>
  method === "GET" && path.endsWith("/tenants");

test("a request that fills what was created empty is sent again after a conflict", async () => {
  const simulator = await startQuick();
  let patches = 0;
  const conflict = '{"status":"CONFLICT","message":"[roles]: version conflict, required seqNo [1]"}';
  const applied = await applyFiles(simulator, crowd(150), {}, () =>
    simulator.fail({
      status: 409,
      body: conflict,
      when: ({ method }) => method === "PATCH" && (patches += 1) === 5,
    }),
  );
  expect(codes(applied)).toEqual([]);
});
