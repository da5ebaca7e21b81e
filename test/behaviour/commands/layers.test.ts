import { readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { commit, repository, write } from "../../unit/git/repository.ts";

const tenants = (lines: string): string => `_meta: { type: tenants, config_version: 2 }\n${lines}`;

const role = (name: string): string =>
  `_meta: { type: roles, config_version: 2 }\n${name}: { cluster_permissions: [cluster_monitor] }\n`;

/** A base, and a layer that replaces one entity, drops one and adds one. */
const layered = {
  "osac.yml": "layers: [base, env/prod]\nvariables: { team: search, place: Berlin }\n",
  "base/tenants.yml": tenants(
    "kept: { description: everywhere }\nreplaced: { description: from base }\ndropped: { description: base }\n",
  ),
  "env/prod/tenants.yml": tenants(
    'replaced: { description: "from ${var.place}" }\ndropped:\n"${var.team}_added": { description: new }\n',
  ),
};

const validate = async (files: Record<string, string>, ...argv: string[]): Promise<Ran> =>
  osac(["validate", ...argv], { cwd: await folder(files) });

/** The changes of a plan, without their places. */
const changes = ({ out }: Ran): unknown[] =>
  (JSON.parse(out) as { changes: object[] }).changes.map((change) => ({ ...change, at: undefined }));

/** A cluster with the tenants, and a way to run commands on files. */
async function stage(live: { [name: string]: Json } = {}) {
  const simulator = await start({ documents: { tenants: live } });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(await folder({ "ca.pem": simulator.caCert }), "ca.pem"),
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  return { simulator, run: async (cwd: string, ...argv: string[]) => osac(argv, { cwd, env }) };
}

describe("layers", () => {
  test("of which one cannot be read say so, and nothing about what it may declare", async () => {
    const files = {
      "osac.yml": "layers: [base, prod]\n",
      "base/roles.yml": role("reader"),
      "prod/roles.yml": role("writer"),
      "base/roles_mapping.yml":
        "_meta: { type: rolesmapping, config_version: 2 }\nwriter: { users: [ann] }\nreader: { users: [ann] }\n",
    };
    expect(await validate(files)).toMatchObject({
      code: 0,
      out: expect.not.stringContaining("rolesmapping/"),
    });
    for (const layer of ["base", "prod"]) {
      const other = await validate({ ...files, [`${layer}/roles.yml`]: role("other") });
      expect(other.out).toMatch(/rolesmapping\/(?:writer|reader): .*\[unknown-reference\]/);
      for (const broken of ["[", "- a\n"]) {
        const { code, out } = await validate({ ...files, [`${layer}/roles.yml`]: broken });
        expect(code).toBe(3);
        expect(out).toContain(`${layer}/roles.yml:`);
        expect(out).not.toContain("[unknown-reference]");
      }
    }
  });

  test("a later layer adds, replaces and drops whole entities, and the plan names the file that won", async () => {
    const { run } = await stage();
    const { code, out } = await run(await folder(layered), "plan");
    expect(code).toBe(0);
    expect(out).toMatch(/\+ kept +base\/tenants\.yml:2/);
    expect(out).toMatch(/\+ replaced +env\/prod\/tenants\.yml:2/);
    expect(out).toContain("from Berlin");
    expect(out).toMatch(/\+ search_added +env\/prod\/tenants\.yml:4/);
    expect(out).not.toContain("dropped");
  });

  test("render writes what a plain directory would hold, and its plan is the same", async () => {
    const { run } = await stage();
    const cwd = await folder(layered);
    const rendered = await run(cwd, "render", "--out", "plain");
    expect(rendered.out).toBe("3 entities in 1 file of plain\n");
    expect(await readFile(join(cwd, "plain/tenants.yml"), "utf8")).toBe(
      [
        "---\n_meta:\n  type: tenants\n  config_version: 2\n\nkept:\n  description: everywhere\n\nreplaced:",
        "  description: from Berlin\n\nsearch_added:\n  description: new\n",
      ].join("\n"),
    );
    const [whole, plain] = [
      await run(cwd, "plan", "--output", "json"),
      await run(cwd, "plan", "plain", "--output", "json"),
    ];
    expect(changes(plain)).toEqual(changes(whole));
  });

  test("render keeps placeholders and hashes as they are written", async () => {
    const users = `_meta: { type: internalusers, config_version: 2 }\nloader: { hash: "\${env.LOADER_HASH}" }\n`;
    const cwd = await folder({ "osac.yml": "layers: [base]\n", "base/internal_users.yml": users });
    const { code } = await osac(["render", "--out", "plain"], { cwd, env: { LOADER_HASH: "x" } });
    expect(code).toBe(0);
    expect(await readFile(join(cwd, "plain/internal_users.yml"), "utf8")).toContain(
      "hash: ${env.LOADER_HASH}",
    );
  });

  test("a saved plan is stale after a change of a layer", async () => {
    const { run } = await stage();
    const cwd = await folder(layered);
    await run(cwd, "plan", "--out", "p.json");
    await writeFile(join(cwd, "base/tenants.yml"), `${layered["base/tenants.yml"]}late: {}\n`);
    const { code, err } = await run(cwd, "apply", "--plan", "p.json", "--yes");
    expect(code).toBe(4);
    expect(err).toContain("files");
  });

  test("drift compares with the layers of the base", async () => {
    const { run } = await stage({ kept: { description: "everywhere" } });
    const path = await repository();
    await commit(path, {
      "osac.yml": "layers: [base]\n",
      "base/tenants.yml": tenants("kept: { description: everywhere }\n"),
    });
    await commit(path, { ...layered });
    const { out } = await run(path, "drift", "--base", "HEAD~1", "--output", "json");
    const { changes } = JSON.parse(out) as { changes: { name: string; cause: string }[] };
    expect(changes.map(({ name, cause }) => [name, cause])).toEqual([
      ["replaced", "files"],
      ["search_added", "files"],
    ]);
  });

  test("pruning deletes what a layer dropped or a commit removed, and nothing of a foreign layer", async () => {
    const { run } = await stage({ gone: {}, dropped: {}, foreign: {}, by_hand: {}, search_old: {} });
    const path = await repository();
    const osacYml = `${layered["osac.yml"]}prune: { tenants: removed }\n`;
    const old = tenants("gone: {}\ndropped: {}\nreplaced: {}\n");
    const oldProd = tenants('"${var.team}_old": {}\n"${var.place}": {}\n');
    await commit(path, {
      "osac.yml": osacYml,
      "base/tenants.yml": old,
      "env/prod/tenants.yml": oldProd,
      "env/stage/tenants.yml": tenants("foreign: {}\n"),
    });
    await commit(path, { ...layered, "osac.yml": osacYml, "env/stage/tenants.yml": tenants("") });
    const { out } = await run(path, "plan", "--output", "json");
    const { changes } = JSON.parse(out) as { changes: { action: string; name: string }[] };
    const deleted = changes.filter(({ action }) => action === "delete").map(({ name }) => name);
    expect(deleted).toEqual(["dropped", "gone", "search_old"]);
  });
});

describe("bad layers and variables are errors with a place", () => {
  const cases: readonly [string, Record<string, string>, string][] = [
    ["a layer that does not exist", { "osac.yml": "layers: [base, prod]\n" }, "osac.yml:1:16"],
    [
      "a layer twice",
      { "osac.yml": "layers: [base, ./base]\n" },
      'layers: expected each layer once, found "./base"',
    ],
    [
      "a layer outside of the directory",
      { "osac.yml": "layers: [../base]\n" },
      "expected a folder below the directory",
    ],
    [
      "a drop of what no earlier layer declares",
      { "env/prod/tenants.yml": tenants('replaced: { description: "${var.place}" }\n"${var.team}":\n') },
      "tenants/search: dropped here, but no earlier layer declares it [drops-nothing]",
    ],
    [
      "a variable that is not set",
      { "osac.yml": "layers: [base, env/prod]\nvariables: { team: x, plaice: y }\n" },
      "${var.place} is not set [unset-variable] hint: did you mean ${var.plaice}?",
    ],
    [
      "a variable that no file uses",
      { "osac.yml": "layers: [base, env/prod]\nvariables: { team: x, place: y, z: 1 }\n" },
      "no file uses ${var.z} [unused-variable]",
    ],
    [
      "a variable with a placeholder",
      { "osac.yml": 'layers: [base]\nvariables: { team: "${env.X}" }\n' },
      "variables.team: expected a text without placeholders",
    ],
    [
      "a variable in the name of a field",
      { "base/tenants.yml": tenants('kept: { "${var.team}": x }\n') },
      "[variable-in-field-name]",
    ],
    [
      "access tests beside the layers",
      { "access_tests/logs.yml": "tests: []\n" },
      "access_tests/logs.yml is not read: osac.yml has layers",
    ],
    [
      "a file beside the layers",
      { "tenants.yml": tenants("a: {}\n") },
      "tenants.yml is not read: osac.yml has layers",
    ],
  ];

  test.for(cases)("%s", async ([, change, message]) => {
    const { code, out, err } = await validate({ ...layered, ...change }, "--strict");
    expect(code).toBe(3);
    expect((out + err).replaceAll(/\s+/g, " ")).toContain(message);
  });

  test("a layer without any file", async () => {
    const cwd = await folder(layered);
    await rm(join(cwd, "base/tenants.yml"));
    const { code, out, err } = await osac(["validate"], { cwd });
    expect(code).toBe(3);
    expect(out + err).toContain("none of the files that osac reads");
  });
});

test("${var.NAME} is plain text without layers and variables, as for the plugin", async () => {
  const { code } = await validate({ "tenants.yml": tenants('a: { description: "${var.x}" }\n') });
  expect(code).toBe(0);
});

test.for([
  ["access-tests/logs.yml", "access-tests/ is not a name that osac reads"],
  ["access_test/logs.yml", "access_test/ is not a name that osac reads"],
  ["acces_test/logs.yml", "acces_test/ is not a name that osac reads"],
  ["Access Tests/logs.yml", "Access Tests/ is not a name that osac reads"],
  ["access_tests", "access_tests is no folder of access tests"],
  ["access_tests/more/logs.yml", "access_tests/more/ is not read"],
  ["tenants/more/a.yml", "tenants/more/ is not read"],
] as const)("%s is told, because its content would not count", async ([file, message]) => {
  const { code, out, err } = await validate(
    { "tenants.yml": tenants("a: {}\n"), [file]: "tests: []\n" },
    "--strict",
  );
  expect(code).toBe(3);
  expect((out + err).replaceAll(/\s+/g, " ")).toContain(message);
});

test.for(["aces_test/logs.yml", "load_tests/logs.yml", "access_tests.old/logs.yml"])(
  "%s is a folder of somebody else",
  async (file) => {
    const files = { "tenants.yml": tenants("a: {}\n"), [file]: "tests: []\n" };
    expect((await validate(files, "--strict")).code).toBe(0);
  },
);

test("osac render writes nothing through a link in a git work tree", async () => {
  const path = await repository();
  const elsewhere = await folder({});
  await write(path, { "tenants.yml": tenants("a: {}\n") });
  await symlink(elsewhere, join(path, "rendered"));
  for (const out of ["rendered", "rendered/new"]) {
    const { code, err } = await osac(["render", "--out", out], { cwd: path });
    expect(code).toBe(3);
    expect(err).toContain("[refused-path]");
  }
  expect(await readdir(elsewhere)).toEqual([]);
});

test.for([
  "plan --out link/plan.json",
  "plan --out link",
  "apply --yes --backup link",
  "apply --yes --backup link/new",
  "apply --yes --audit-log link/audit.log",
  "drift --metrics link/osac.prom",
  "access report --html link/page.html",
] as const)("nor is it by osac %s", async (line) => {
  const { run, simulator } = await stage();
  const path = await repository();
  const elsewhere = await folder({});
  await write(path, { "tenants.yml": tenants("a: {}\n") });
  await symlink(elsewhere, join(path, "link"));
  const { code, err } = await run(path, ...line.split(" "));
  expect({ code, written: await readdir(elsewhere) }).toEqual({ code: 3, written: [] });
  expect(err).toContain("[refused-path]");
  expect(simulator.stored("tenants")).not.toHaveProperty("a");
});
