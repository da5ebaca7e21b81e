import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commit, repository, roles, write } from "../../unit/git/repository.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start, writes } from "../../support/simulated-cluster.ts";

/** A repository whose directory `s` was applied with four roles. The last commit removed one of them. */
async function givenUp() {
  const simulator = await start();
  const cwd = await repository();
  await commit(cwd, { "s/roles.yml": roles("a", "b", "c", "old"), "ca.pem": simulator.caCert });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const run = (...argv: string[]): Promise<Ran> => osac(argv, { cwd, env });
  expect(await run("apply", "s", "--yes")).toMatchObject({ code: 0 });
  await simulator.edit("roles", (live) => ({ ...live, by_hand: { description: "mine" } }));
  const until = await commit(cwd, { "s/roles.yml": roles("a", "b", "c") });
  return { simulator, cwd, run, until };
}

test("what the files once declared is deleted, and what they never did is left alone", async () => {
  const { simulator, run, until } = await givenUp();
  const argv = ["s", "--prune", "roles=removed", "--max-delete-share", "25%"];

  const plan = await run("plan", ...argv, "-v");
  expect(plan.code).toBe(0);
  expect(plan.out).toMatch(new RegExp(`  - old +\\(declared until ${until}\\)\n`));
  expect(plan.out).toContain("roles/by_hand (no file declares it, and nothing proves that one did)");
  const { changes, unmanaged } = JSON.parse((await run("plan", ...argv, "--output", "json")).out);
  expect(changes).toMatchObject([{ action: "delete", name: "old", declaredUntil: until }]);
  expect(unmanaged).toMatchObject([{ name: "by_hand" }]);

  expect(await run("apply", ...argv, "--yes")).toMatchObject({ code: 0 });
  expect(Object.keys(simulator.stored("roles"))).toEqual(expect.arrayContaining(["a", "b", "c", "by_hand"]));
  expect(simulator.stored("roles")).not.toHaveProperty("old");
});

test("drift counts it, and older files say that the files have moved", async () => {
  const { run } = await givenUp();
  const argv = ["drift", "s", "--prune", "roles=removed", "--base", "HEAD~1", "--output", "json"];

  const { code, out } = await run(...argv);

  expect(code).toBe(2);
  expect(JSON.parse(out).changes).toMatchObject([{ action: "delete", name: "old", cause: "files" }]);
});

test("osac plans and writes nothing if the history cannot prove a deletion", async () => {
  const { simulator, cwd, run } = await givenUp();
  await rename(join(cwd, "s"), join(cwd, "t"));
  await commit(cwd, {});
  const before = writes(simulator).length;

  for (const command of [["plan"], ["apply", "--yes"], ["drift"]]) {
    const { code, out, err } = await run(...command, "t", "--prune", "roles=removed");
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("[history-moved]");
  }
  expect(writes(simulator)).toHaveLength(before);

  await write(cwd, { "t/osac.yml": "prune: {roles: removed}\nhistory: {paths: [s]}\n" });
  const { out } = await run("plan", "t", "--output", "json");
  expect(JSON.parse(out).changes).toMatchObject([{ action: "delete", name: "old" }]);
});
