import { expect, test } from "vitest";
import { run, start, startQuick, writes } from "../../support/simulated-cluster.ts";

const old = ["old_1", "old_2", "old_3"];

/** A cluster with three roles that the files of the stage do not declare. */
async function withOldRoles() {
  const simulator = await start();
  await simulator.edit("roles", (roles) => ({
    ...roles,
    ...Object.fromEntries(old.map((name) => [name, { cluster_permissions: ["cluster_monitor"] }])),
  }));
  return simulator;
}

test("plan and apply are guarded alike, drift is not, and nothing is written", async () => {
  const simulator = await withOldRoles();
  const given = { env: { OSAC_MAX_DELETES: "2" } };
  for (const [argv, expected] of [
    [["plan"], 5],
    [["plan", "--detailed-exitcode"], 5],
    [["apply", "--yes"], 5],
  ] as const) {
    const { code, err } = await run([...argv, "--prune", "roles=all"], simulator, given);
    expect(code).toBe(expected);
    expect(err).toContain("at most 2 are allowed (set by OSAC_MAX_DELETES)");
    expect(err.match(/\[[a-z-]+\]/g)).toEqual(["[too-many-deletes]"]);
  }
  expect(await run(["drift", "--prune", "roles=all"], simulator)).toMatchObject({ code: 2 });
  expect(writes(simulator)).toEqual([]);
});

test("a document tells who refused, and what is destructive", async () => {
  const simulator = await withOldRoles();

  const { code, out } = await run(
    ["plan", "--prune", "roles=all", "--max-deletes", "2", "--output", "json"],
    simulator,
  );

  const { exitCode, findings, changes } = JSON.parse(out);
  expect([code, exitCode]).toEqual([5, 5]);
  expect(findings).toMatchObject([{ code: "too-many-deletes", refusedBy: "guard" }]);
  expect(
    changes.map(({ name, destructive }: { name: string; destructive?: string }) => [name, destructive]),
  ).toEqual([["sandbox", undefined], ["logs_reader", undefined], ...old.map((name) => [name, "deletion"])]);
});

test("what the message says to copy lets exactly this go", async () => {
  const simulator = await withOldRoles();
  const apply = ["apply", "--prune", "roles=all", "--yes", "--max-deletes", "0"];
  const refused = await run(apply, simulator);
  const flags = /hint: .*?((?:--allow-delete \S+ ?)+)/
    .exec(refused.err)![1]!
    .trim()
    .replace(/;$/, "")
    .split(" ");

  const { code } = await run([...apply, ...flags], simulator);

  expect(code).toBe(0);
  for (const name of old) expect(simulator.stored("roles")).not.toHaveProperty(name);
});

const beside = (roles: string, settings: string): Record<string, string> => ({
  "roles.yml": `_meta: { type: roles, config_version: 2 }\n${roles}`,
  "osac.yml": settings,
});

test("one approval lets an entity lose its power, and be pruned later, and covers no other", async () => {
  const simulator = await startQuick();
  const approving =
    "guards: { max_deletes: 0, allow_delete: [{ name: roles/logs_reader, reason: replaced }] }\n";
  const apply = (roles: string, settings = approving) =>
    run(
      ["apply", "--yes", "--kinds", "roles", "--prune", "roles=all", "--max-delete-share", "100%"],
      simulator,
      {},
      beside(roles, settings),
    );
  const [kept, power] = [
    "kept: { cluster_permissions: [cluster_monitor] }\n",
    "cluster_permissions: [cluster_all]",
  ];
  await apply(`${kept}logs_reader: { ${power} }\nother: { ${power} }\n`);

  const emptied = `${kept}logs_reader: { description: empty }\n`;
  expect(await apply(`${emptied}other: { ${power} }\n`, "guards: { max_deletes: 0 }\n")).toMatchObject({
    code: 5,
  });
  expect(await apply(emptied)).toMatchObject({ code: 5, err: expect.stringContaining("roles/other") });
  expect(await apply(`${emptied}other: { ${power} }\n`)).toMatchObject({ code: 0 });

  expect(await apply(`${kept}other: { ${power} }\n`, "guards: { max_deletes: 0 }\n")).toMatchObject({
    code: 5,
  });
  expect(await apply(`${kept}other: { ${power} }\n`)).toMatchObject({ code: 0 });
  expect(simulator.stored("roles")).not.toHaveProperty("logs_reader");
});
