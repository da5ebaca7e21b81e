import { rmSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Backup } from "../../src/model.ts";
import type { Simulator } from "../../src/simulator/index.ts";
import { folder } from "../cli/folder.ts";
import type { Ran } from "../cli/osac.ts";
import { run, start, writes } from "../cluster/stage.ts";
import { backupAndRollback } from "./rollback.ts";

describe.each(["2.11.1", "2.19.4", "3.4.0"])("with the simulator of %s", (version) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await start({ version });
  });

  backupAndRollback(() => simulator);
});

async function* refusal(): AsyncGenerator<string> {
  yield "n\n";
}

/** Runs beside the files of the stage: a new tenant and a new role. */
async function runKeeping(
  simulator: Simulator,
  argv: readonly string[],
): Promise<{ ran: Ran; folder: string; path: string; backup: Backup }> {
  const kept = await folder({});
  const ran = await run(argv, simulator, { env: { OSAC_BACKUP: kept } });
  const [name = ""] = await readdir(kept);
  const path = join(kept, name);
  return { ran, folder: kept, path, backup: JSON.parse(await readFile(path, "utf8")) as Backup };
}

const allowed = ["--allow-delete", "tenants/sandbox", "--allow-delete", "roles/logs_reader"];

test("nothing is written where no backup can be", async () => {
  const simulator = await start();
  const kept = await folder({ "a-file": "" });

  const { code, err } = await run(["apply", "--yes", "--backup", join(kept, "a-file")], simulator);

  expect(code).toBe(3);
  expect(err).toMatch(
    /the backup cannot be written to .*a-file: .*; nothing was written \[no-backup\]\n.*--backup/,
  );
  expect(writes(simulator)).toEqual([]);
});

test("a run that has nothing to do, or is not confirmed, keeps nothing", async () => {
  const simulator = await start();
  const kept = await folder({});
  const env = { OSAC_BACKUP: kept };

  await run(["apply"], simulator, { env, stdin: Object.assign(refusal(), { isTerminal: true }) });
  await run(["apply", "--yes", "--max-deletes", "0"], simulator, { env: { ...env, OSAC_PASSWORD: "wrong" } });

  expect(await readdir(kept)).toEqual([]);
});

test("a rollback leaves alone what the run did not come to", async () => {
  const simulator = await start();
  simulator.fail({ status: 400, when: ({ method, path }) => method === "PATCH" && path.endsWith("roles") });
  const { ran, path, backup } = await runKeeping(simulator, ["apply", "--yes"]);
  await simulator.edit("roles", (roles) => ({ ...roles, logs_reader: { description: "by somebody else" } }));

  const back = await run(["rollback", path, "--yes", ...allowed.slice(0, 2)], simulator);

  expect(ran.code).toBe(6);
  expect(backup.changes.map(({ kind, result }) => [kind, result])).toContainEqual(["tenants", "done"]);
  expect(back.out).toContain("1 deleted");
  expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
  expect(simulator.stored("roles")).toHaveProperty("logs_reader");
});

test("a kind that the run found empty may become empty again, within the other limits", async () => {
  const simulator = await start();
  const { path } = await runKeeping(simulator, ["apply", "--yes"]);

  const refused = await run(["rollback", path, "--yes", "--max-delete-share", "0%"], simulator);
  expect(refused.code).toBe(5);
  expect(refused.err).not.toContain("[empty-kind]");
  expect(refused.err).toContain("[too-large-delete-share]");

  const back = await run(["rollback", path, "--yes"], simulator);
  expect(back.code).toBe(0);
  expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
});

test("a run that wrote nothing leaves nothing to take back", async () => {
  const simulator = await start();
  simulator.fail({ status: 400, when: ({ method, path }) => method === "PATCH" && path.endsWith("tenants") });
  const { ran, path } = await runKeeping(simulator, ["apply", "--yes"]);
  const before = writes(simulator).length;

  const back = await run(["rollback", path, "--yes"], simulator);

  expect(ran.code).toBe(6);
  expect(back.code).toBe(0);
  expect(back.out).toContain("No changes.");
  expect(writes(simulator)).toHaveLength(before);
});

test("a backup whose run nobody saw the end of still leads back, with a warning", async () => {
  const simulator = await start();
  const { path, backup } = await runKeeping(simulator, ["apply", "--yes"]);
  const changes = backup.changes.map((change) => ({ ...change, result: null, after: null }));
  await writeFile(path, JSON.stringify({ ...backup, changes }));

  const refused = await run(["rollback", path, "--yes", "--max-delete-share", "0%"], simulator);
  const { code, err } = await run(["rollback", path, "--yes", ...allowed], simulator);

  expect(refused.err).toContain("tenants: 1 deletion is 100% of the 1 managed");
  expect(code).toBe(0);
  expect(err).toContain("the backup does not tell how its run ended");
  expect(simulator.stored("roles")).not.toHaveProperty("logs_reader");
});

test.each([
  [["rollback", "kept/none.json"], "error: kept/none.json does not exist"],
  [["apply", "--plan", "kept/none.json"], "error: --plan kept/none.json does not exist"],
])("%j is answered with the path as it was given", async (argv, message) => {
  const { code, err } = await run(argv, await start());

  expect(code).toBe(3);
  expect(err).toContain(message);
});

test("an entity that became the server's own stays, and that is said", async () => {
  const simulator = await start();
  const { path } = await runKeeping(simulator, ["apply", "--yes"]);
  await simulator.edit("roles", (roles) => ({ ...roles, logs_reader: { reserved: true } }));

  const { err } = await run(["rollback", path, "--yes", ...allowed.slice(0, 2)], simulator);

  expect(err).toContain("roles/logs_reader is reserved now, and stays as it is [not-rolled-back]");
});

test("what a cluster could not load is not brought back", async () => {
  const simulator = await start();
  const mapping = "_meta: { type: rolesmapping, config_version: 2 }\nown_index: { users: [somebody] }\n";
  await simulator.edit("rolesmapping", (mappings) => ({ ...mappings, own_index: { users: ["/(/"] } }));
  const kept = await folder({});
  const only = ["--kinds", "rolesmapping"];
  const files = { "roles_mapping.yml": mapping };
  await run(["apply", "--yes", ...only], simulator, { env: { OSAC_BACKUP: kept } }, files);
  const [name = ""] = await readdir(kept);

  const { code, err } = await run(["rollback", join(kept, name), "--yes"], simulator);

  expect(code).toBe(3);
  expect(err).toContain("[poisonous-pattern]");
});

describe("a file that is no backup is refused", () => {
  test.for<[string, string, string]>([
    ["no JSON", "roles: [", "it is no JSON document"],
    ["another document", "{}", "it must have required property 'version'"],
    ["a newer format", '{"version": 99}', "its format is 99, and this version of osac reads 1"],
    ["one with holes", "", "it does not have roles/lost, which its run changed"],
  ])("%s", async ([, text, message]) => {
    const simulator = await start();
    const { path, backup } = await runKeeping(simulator, ["apply", "--yes"]);
    const [change] = backup.changes;
    const holes = { ...backup, changes: [{ ...change, kind: "roles", action: "delete", name: "lost" }] };
    await writeFile(path, text || JSON.stringify(holes));

    const { code, err } = await run(["rollback", path, "--yes"], simulator);

    expect(code).toBe(3);
    expect(err).toContain(message);
  });

  test("none at all", async () => {
    const { code, err } = await run(["rollback", "nowhere.json"], await start());

    expect(code).toBe(3);
    expect(err).toContain("nowhere.json");
  });
});

test("a backup that could not be completed is said to be one, and where it lies", async () => {
  const simulator = await start();
  const kept = await folder({});
  let err = "";
  const write = (text: string): void => {
    err += text;
    if (text.startsWith("[1/")) rmSync(kept, { recursive: true });
  };

  const { code } = await run(["apply", "--yes"], simulator, {
    env: { OSAC_BACKUP: join(kept, "deep") },
    stderr: { isTerminal: false, write },
  });

  expect(code).toBe(0);
  expect(err).toMatch(
    /^warning: the backup .* does not tell how the run ended: .*\[incomplete-backup\]\n {2}hint: /m,
  );
  await mkdir(kept);
});

test("a caller who may not know the cluster's UUID cannot roll back", async () => {
  const simulator = await start();
  const { path } = await runKeeping(simulator, ["apply", "--yes"]);
  const before = writes(simulator);
  simulator.fail({ status: 403, body: "{}", when: (request) => request.path === "/" });

  const { code, err } = await run(["rollback", path, "--yes", ...allowed], simulator);

  expect(code).toBe(7);
  expect(err).toMatch(/whether this is the cluster of the backup: .*\[no-cluster-uuid\]/);
  expect(writes(simulator)).toEqual(before);
});
