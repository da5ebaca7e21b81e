import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import schema from "../../../schemas/audit-log.schema.json" with { type: "json" };
import { osac } from "../../support/osac.ts";
import { run, startQuick, writes } from "../../support/simulated-cluster.ts";
import { commit, repository, write } from "../../unit/git/repository.ts";

const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

interface Entry {
  readonly [field: string]: unknown;
}

async function logPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "osac-audit-")), "audit.jsonl");
}

async function readEntries(path: string): Promise<Entry[]> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as Entry);
  for (const entry of entries) {
    fits(entry);
    expect(fits.errors ?? []).toEqual([]);
  }
  return entries;
}

const apply = (path: string): string[] => ["apply", "--yes", "--audit-log", path];

describe("--audit-log", () => {
  test("gets a line for each change: who, where, what, and what became of it", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    const env = { GITHUB_ACTOR: "alice", GITHUB_SHA: "3f2c1aa" };
    expect(await run(apply(path), simulator, { env })).toMatchObject({ code: 0 });
    expect(await readEntries(path)).toMatchObject([
      { kind: "tenants", name: "sandbox", action: "create", result: "sent", durationMs: 0 },
      {
        command: "apply",
        actor: { name: "alice", from: "GITHUB_ACTOR" },
        as: "admin",
        commit: "3f2c1aa",
        cluster: { name: "simulated", uuid: expect.stringMatching(/./) },
        kind: "tenants",
        name: "sandbox",
        action: "create",
        result: "done",
        before: "absent",
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { kind: "roles", name: "logs_reader", result: "sent" },
      { kind: "roles", name: "logs_reader", result: "done" },
    ]);
  });

  test("is for its owner's eyes, and is appended to", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    await run(apply(path), simulator);
    await simulator.edit("roles", (roles) => void delete roles["logs_reader"]);
    await run(apply(path), simulator);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readEntries(path)).map(({ name }) => name)).toEqual([
      "sandbox",
      "sandbox",
      "logs_reader",
      "logs_reader",
      "logs_reader",
      "logs_reader",
    ]);
  });

  test("tells what failed and what was not tried, and which state was there before", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    simulator.fail({
      status: 400,
      body: '{"status":"error","reason":"no"}',
      when: ({ method }) => method === "PATCH",
    });
    const { code } = await run(apply(path), simulator);
    expect(code).toBe(6);
    expect((await readEntries(path)).map(({ name, result }) => [name, result])).toEqual([
      ["sandbox", "sent"],
      ["sandbox", "failed"],
      ["logs_reader", "not-tried"],
    ]);
  });

  test("says as which certificate the cluster took the run", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    const env = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
    const pem = { "admin.pem": simulator.adminCert, "admin.key": simulator.adminKey };
    await run(apply(path), simulator, { env }, pem);
    expect((await readEntries(path))[0]).toMatchObject({ as: simulator.certificates.admin.dn });
  });

  test("shows no secret", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    const users =
      "_meta: { type: internalusers, config_version: 2 }\nshipper: { password: '${env.SHIPPER}' }\n";
    const env = { SHIPPER: "Ships-2025-logs!" };
    const { code } = await run(apply(path), simulator, { env }, { "internal_users.yml": users });
    expect(code).toBe(0);
    const text = await readFile(path, "utf8");
    expect(text).toContain('"shipper"');
    expect(text).not.toMatch(/Ships|\$2y/);
  });

  test("that cannot be written ends the run before anything else is", async () => {
    const simulator = await startQuick();
    const { code, err } = await run(apply("/no-such-folder/audit.jsonl"), simulator);
    expect(code).toBe(3);
    expect(err).toContain("--audit-log /no-such-folder/audit.jsonl: it cannot be written");
    expect(err).toContain("[unwritable-file]");
    expect(writes(simulator)).toEqual([]);
  });

  // Every write to this device of Linux fails as on a full disk.
  test.runIf(process.platform === "linux")(
    "that is full stops the run before the change that it misses",
    async () => {
      const simulator = await startQuick();
      const { code, err, out } = await run(apply("/dev/full"), simulator);
      expect(code).toBe(6);
      expect(err).toContain("[unwritable-file]");
      expect(out).toMatch(/not tried create tenants\/sandbox\n +not tried create roles\/logs_reader/);
      expect(writes(simulator)).toEqual([]);
    },
  );

  test("names the commit of the directory, where no pipeline does", async () => {
    const [simulator, path] = [await startQuick(), await logPath()];
    await writeFile(path, "");
    await run(apply(path), simulator);
    expect((await readEntries(path))[0]).toMatchObject({ commit: null });
  });
});

describe("dirty", () => {
  const file = "_meta: { type: tenants, config_version: 2 }\n";
  const isDirty = async (edited: string): Promise<unknown> => {
    const [simulator, path, cwd] = [await startQuick({ tls: false }), await logPath(), await repository()];
    await commit(cwd, { "tenants.yml": `${file}sandbox: {}\n` });
    await write(cwd, { "tenants.yml": edited });
    const env = { OSAC_URL: simulator.url, OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
    expect(await osac(apply(path), { cwd, env })).toMatchObject({ code: 0 });
    return (await readEntries(path))[0]!["dirty"];
  };

  test("is false where the last commit has the files that were applied", async () => {
    expect(await isDirty(`${file}sandbox: {}\n`)).toBe(false);
  });

  test("is true where a file was edited and not committed", async () => {
    expect(await isDirty(`${file}sandbox: { description: Edited }\n`)).toBe(true);
  });
});

describe("--debug", () => {
  test("says of each request what was asked and how it went, and nothing else", async () => {
    const simulator = await startQuick();
    const { err } = await run(["apply", "--yes", "--debug"], simulator);
    const lines = err.split("\n").filter((line) => line.startsWith("debug: "));
    expect(lines).toHaveLength(simulator.requests.length);
    for (const line of lines) expect(line).toMatch(/^debug: (?:GET|PATCH) \/\S* \d{3} \d+ ms \d+ bytes$/);
    expect(lines.join()).toContain("PATCH /_plugins/_security/api/tenants 200");
    expect(err).not.toMatch(/authorization|Sand|YWRtaW4/i);
  });

  test("tells what became of a request without an answer", async () => {
    const simulator = await startQuick();
    simulator.fail({ connection: "reset" });
    const { err } = await run(["status", "--debug"], simulator);
    expect(err).toMatch(/^debug: GET \S+ no answer \d+ ms 0 bytes \w+$/m);
  });
});
