import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Backup } from "../../../src/model/backup.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { run, start, writes } from "../../support/simulated-cluster.ts";
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
  expect(err).toContain("the backup has no record of how its run ended");
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
  expect(err).toContain("[unloadable-pattern]");
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

  test("a backup that does not exist is refused", async () => {
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
    /^warning: the backup .* has no record of how the run ended: .*\[incomplete-backup\]\n {2}hint: /m,
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

const tenants = (name: string): string =>
  `_meta: { type: tenants, config_version: 2 }\n${name}: { description: Sand }\n`;

/** A directory beside its osac.yml, a terminal that sees the address, and backups of two runs. */
async function twoRuns(backup: Record<string, string>) {
  const simulator = await start();
  const cwd = await folder({
    "security/osac.yml": `cluster: { url: "${simulator.url}", ca_cert: ../ca.pem }\n`,
    "security/tenants.yml": tenants("first"),
    "ca.pem": simulator.caCert,
  });
  const stdin = Object.assign(refusal(), { isTerminal: true });
  const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_BACKUP: "", ...backup };
  const run = (...argv: string[]): Promise<Ran> => osac(argv, { cwd, env: { ...env, HOME: cwd }, stdin });
  const first = await run("apply", "security", "--yes");
  // The name of a backup has the second, and these runs may take place in the same second.
  const [, path = ""] = /^backup: (\S+\.json)/m.exec(first.err)!;
  await rename(path, join(dirname(path), "20250101T000000Z-01234567.json"));
  await writeFile(join(cwd, "security/tenants.yml"), tenants("second"));
  const second = await run("apply", "security", "--yes");
  expect([first.code, second.code]).toEqual([0, 0]);
  return { simulator, cwd, run, first, second };
}

/** The arguments of the suggested command, as a shell splits them. */
const suggested = ({ out }: Ran): string[] =>
  JSON.parse(
    execFileSync(
      "sh",
      [
        "-c",
        `osac() { node -p 'JSON.stringify(process.argv.slice(1))' -- "$@"; }; ${/^To roll back: (.*)$/m.exec(out)![1]}`,
      ],
      { encoding: "utf8" },
    ),
  ) as string[];

describe("without a file, the newest backup of the cluster is taken back", () => {
  test.for<[string, Record<string, string>]>([
    ["of the user's own directory", {}],
    ["of a directory that several clusters share", { OSAC_BACKUP: "kept" }],
  ])("%s", async ([, backup]) => {
    const { simulator, cwd, run, second } = await twoRuns(backup);
    if (backup["OSAC_BACKUP"]) {
      const [name = ""] = await readdir(join(cwd, "kept"));
      const other = JSON.parse(await readFile(join(cwd, "kept", name), "utf8")) as Backup;
      const elsewhere = JSON.stringify({ ...other, cluster: { ...other.cluster, uuid: "another" } });
      await writeFile(join(cwd, "kept/29990101T000000Z-01234567.json"), elsewhere);
    }

    const { code, err } = await run("rollback", "security", "--yes");

    expect({ code, err }).toMatchObject({ code: 0 });
    const [, path = ""] = /^backup: (\S+\.json)/m.exec(second.err)!;
    expect(err).toContain(`rolling back ${path}, made at 20`);
    expect(simulator.stored("tenants")).toHaveProperty("first");
    expect(simulator.stored("tenants")).not.toHaveProperty("second");
  });

  test("none is an error that says where it was looked for", async () => {
    const simulator = await start();
    const { code, err } = await run(["rollback"], simulator, { env: { OSAC_BACKUP: "empty" } });
    expect(code).toBe(3);
    expect(err).toMatch(/there is no backup of the cluster \S+: not in \S+empty \[no-backup\]\n.*--backup/);
  });
});

describe("the command that apply suggests to take the run back", () => {
  test("runs as it is printed, with the settings of the directory", async () => {
    const simulator = await start();
    const cwd = await folder({
      "my files/osac.yml": `cluster: { url: "${simulator.url}", ca_cert: ../ca.pem }\n`,
      "my files/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nnew: {}\n",
      "ca.pem": simulator.caCert,
    });
    const stdin = Object.assign(refusal(), { isTerminal: true });
    const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_BACKUP: "kept here" };
    const ran = await osac(["apply", "my files", "--yes"], { cwd, env, stdin });
    const words = suggested(ran);

    expect(words).toEqual(["rollback", expect.stringMatching(/^kept here\/.*\.json$/)]);
    expect(await osac([...words, "--yes"], { cwd, env, stdin })).toMatchObject({ code: 0 });
    expect(simulator.stored("tenants")).not.toHaveProperty("new");
  });

  test("repeats the flags that reach the cluster and leaves out choices about the changes", async () => {
    const simulator = await start();
    const cwd = await folder({
      "security/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nnew: {}\n",
      "my job/osac.yml": "guards: { max_deletes: 7 }\n",
      "ca.pem": simulator.caCert,
      "admin.pem": simulator.adminCert,
      "admin.key": simulator.adminKey,
    });
    const flags = ["--config", "my job/osac.yml", "--url", simulator.url, "--ca-cert", "ca.pem"];
    const login = ["--client-cert", "admin.pem", "--client-key", "admin.key"];
    const choices = ["--yes", "--allow-delete", "roles/a", "--kinds", "tenants", "--output", "text"];
    const words = suggested(await osac(["apply", "security", ...flags, ...login, ...choices], { cwd }));

    expect(words.join(" ")).not.toMatch(/--(?:yes|allow-delete|kinds|output)/);
    expect(await osac([...words, "--yes"], { cwd })).toMatchObject({ code: 0 });
    expect(simulator.stored("tenants")).not.toHaveProperty("new");
  });

  test("is not printed where nothing was written", async () => {
    const simulator = await start();
    simulator.fail({
      status: 400,
      when: ({ method, path }) => method === "PATCH" && path.endsWith("tenants"),
    });
    const { out } = await run(["apply", "--yes", "--kinds", "tenants"], simulator);
    expect(out).toContain("Applied in part");
    expect((await run(["plan"], simulator)).out).not.toContain("To roll back");
  });
});
