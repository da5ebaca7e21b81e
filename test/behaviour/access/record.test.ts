import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const examples = join(import.meta.dirname, "../../../examples");

const names = {
  indices: [{ name: "logs-1", aliases: ["recent"] }, { name: "logs-2" }, { name: "orders" }],
};

async function stage(example: "minimal" | "full"): Promise<string> {
  const cwd = await folder({ "names.json": JSON.stringify(names) });
  await cp(join(examples, example), join(cwd, "it"), { recursive: true });
  return cwd;
}

const subjects = ["role:analysts", "user:shipper", "everyone"];

describe("osac access record", () => {
  test.for<"minimal" | "full">(["minimal", "full"])(
    "writes tests that the files of the %s example meet at once, with names and without",
    async (example) => {
      const cwd = await stage(example);
      for (const argv of [[], ["--facts", "names.json"]]) {
        const recorded = await osac(["access", "record", ...subjects, "it", "--force", ...argv], { cwd });
        expect([recorded.code, recorded.err]).toEqual([0, ""]);
        const checked = await osac(["validate", "it", ...argv], { cwd });
        expect(checked.out).not.toContain("access-test");
      }
    },
  );

  test("says only what the subject can do, by the patterns of its roles, if it knows the names", async () => {
    const cwd = await stage("minimal");
    const { out } = await osac(["access", "record", "role:analysts", "it", "--facts", "names.json"], { cwd });
    expect(out.split("\n")[0]).toBe(
      "it/access_tests/role-analysts.yml: written: role:analysts can do this and nothing else",
    );
    expect(await readFile(join(cwd, "it/access_tests/role-analysts.yml"), "utf8")).toBe(`---
tests:
  - name: as it was recorded
    subject: role:analysts
    only:
      scroll on: cluster
      get a document: logs-*
      get several documents: logs-*
      search several times: logs-*
      get several term vectors: logs-*
      list fields: logs-*
      resolve names: logs-*
      search: logs-*
      read in Dashboards: tenant:analysts
`);
  });

  test("the recorded tests fail as soon as the subject gains or loses something", async () => {
    const cwd = await stage("minimal");
    await osac(["access", "record", "role:analysts", "it", "--facts", "names.json"], { cwd });
    const file = join(cwd, "it/roles.yml");
    const text = await readFile(file, "utf8");
    const check = async (changed: string): Promise<string[]> => {
      await writeFile(file, changed);
      const { out } = await osac(["validate", "it", "--facts", "names.json"], { cwd });
      return out.split("\n").filter((line) => line.includes("access-test-failed"));
    };
    expect(await check(text.replace('index_patterns: ["logs-*"]', 'index_patterns: ["*"]'))).toContainEqual(
      expect.stringContaining(
        "role:analysts must not be able to indices:data/read/search, on orders, .opendistro_security, and it can",
      ),
    );
    expect(await check(text.replace("allowed_actions: [read]", "allowed_actions: [get]"))).toContainEqual(
      expect.stringContaining("role:analysts must be able to search, on logs-*, and it cannot"),
    );
  });

  test("keeps a file that somebody else wrote", async () => {
    const cwd = await stage("minimal");
    await osac(["access", "record", "everyone", "it"], { cwd });
    const file = join(cwd, "it/access_tests/everyone.yml");
    expect((await osac(["access", "record", "everyone", "it"], { cwd })).out).toContain(": unchanged: ");
    await writeFile(file, "tests: []\n");
    const { code, err } = await osac(["access", "record", "everyone", "it"], { cwd });
    expect([code, err]).toEqual([3, expect.stringContaining("access_tests/everyone.yml exists")]);
    expect(await readFile(file, "utf8")).toBe("tests: []\n");
  });

  test.for<[flags: string[], lines: string[]]>([
    [[], []],
    [
      ["--backend-role", "sales"],
      ["    backend_roles:", "      - sales"],
    ],
    [
      ["--backend-role", "sales", "--backend-role", "eu"],
      ["    backend_roles:", "      - sales", "      - eu"],
    ],
    [
      ["--attribute", "ldap.team=red"],
      ["    attributes:", "      ldap.team: red"],
    ],
    [["--address", "10.1.2.3"], ["    address: 10.1.2.3"]],
    [
      ["--backend-role", "sales", "--attribute", "ldap.team=red", "--address", "10.1.2.3"],
      [
        "    backend_roles:",
        "      - sales",
        "    attributes:",
        "      ldap.team: red",
        "    address: 10.1.2.3",
      ],
    ],
  ])("repeats how the subject is described: %j", async ([flags, lines]) => {
    const cwd = await folder({
      "names.json": JSON.stringify(names),
      "it/roles.yml": `_meta: { type: roles, config_version: 2 }
sales: { index_permissions: [{ index_patterns: [orders], allowed_actions: [read] }] }
team: { index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: [read] }] }
`,
      "it/roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }
sales: { backend_roles: [sales] }
team: { hosts: ["10.*"] }
`,
    });
    const given = ["access", "record", "external:bob", "it", "--facts", "names.json", ...flags];
    expect(await osac(given, { cwd })).toMatchObject({ code: 0, err: "" });
    const text = await readFile(join(cwd, "it/access_tests/external-bob.yml"), "utf8");
    const described = text.split("\n").slice(4);
    expect(
      described.slice(
        0,
        described.findIndex((line) => /^ {4}(?:only|can|cannot):/.test(line)),
      ),
    ).toEqual(lines);
    const checked = await osac(["validate", "it", "--facts", "names.json"], { cwd });
    expect(checked.out).not.toContain("access-test");
  });

  test("records the live access", async () => {
    const simulator = await start({
      documents: {
        roles: { reader: { cluster_permissions: ["cluster_monitor"] } },
        rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["ann"] } },
      },
    });
    const cwd = await folder({ "ca.pem": simulator.caCert });
    const { url } = simulator;
    const env = { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
    const { code } = await osac(["access", "record", "external:ann", "--live"], { cwd, env });
    const text = await readFile(join(cwd, "access_tests/external-ann.yml"), "utf8");
    expect([code, text]).toEqual([0, expect.stringContaining("see the cluster's health: cluster")]);
  });

  test.for<[words: string[], message: string]>([
    [[], "subject is missing"],
    [["analysts"], "subject: expected user:NAME"],
    [["user:a", "role:b", "nowhere"], "nowhere does not exist"],
  ])("%j is refused", async ([words, message]) => {
    const { code, err } = await osac(["access", "record", ...words], { cwd: await stage("minimal") });
    expect([code, err]).toEqual([3, expect.stringContaining(message)]);
  });
});
