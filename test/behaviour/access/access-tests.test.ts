import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const files = {
  "roles.yml": `_meta: { type: roles, config_version: 2 }
reader:
  index_permissions:
    - index_patterns: ["logs-*"]
      allowed_actions: ["indices:data/read/search"]
`,
  "roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }
reader:
  users: [ann]
`,
  "internal_users.yml": `_meta: { type: internalusers, config_version: 2 }
ann: { hash: "\${env.ANN_HASH}" }
`,
  "config.yml": "_meta: { type: config, config_version: 2 }\nconfig: { dynamic: {} }\n",
};

/** A directory with one file of access tests. */
async function stage(tests: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const all = { ...files, "access_tests/ann.yml": tests, ...more };
  return folder(Object.fromEntries(Object.entries(all).map(([name, text]) => [`it/${name}`, text])));
}

async function validate(tests: string, ...argv: readonly string[]): Promise<Ran> {
  const names = JSON.stringify({ indices: [{ name: "logs-1" }, { name: "orders" }] });
  return osac(["validate", "it", ...argv], { cwd: await stage(tests, { "names.json": names }) });
}

function only(expectations: string): string {
  return `tests: [{ subject: user:ann, only: { ${expectations} } }]`;
}

function mustSearch(index: string): string {
  return `tests: [{ subject: user:ann, name: a<b, can: { search: ${index} } }]`;
}

/** The JSON report of access tests. */
function found({ out }: Ran): string[] {
  return out.split("\n").filter((line) => line.includes("access_tests/"));
}

describe("osac validate runs the access tests of the files", () => {
  test("osac validate reports nothing if all access tests are met", async () => {
    const ran = await validate(`tests:
  - subject: user:ann
    can: { search: [logs-1, logs-2], "indices:data/read/search": logs-1 }
    cannot: { index a document: logs-1, search: orders, see the cluster's health: cluster }
`);
    expect([ran.code, found(ran)]).toEqual([0, []]);
  });

  test("each expectation that is not met has its line, with what is missing", async () => {
    const ran = await validate(`tests:
  - name: shipping
    subject: user:ann
    can:
      search: logs-1
      index a document: logs-1
    cannot:
      search:
        - orders
        - logs-2
`);
    expect(ran.code).toBe(3);
    expect(found(ran)).toEqual([
      "it/access_tests/ann.yml:6:7: error: shipping: user:ann must be able to index a document, on logs-1, and it cannot: missing: cluster permission indices:data/write/bulk; missing: index permission indices:data/write/index; missing: index permission indices:data/write/bulk[s] [access-test-failed]",
      "it/access_tests/ann.yml:8:7: error: shipping: user:ann must not be able to search, on logs-2, and it can [access-test-failed]",
    ]);
  });

  test("what osac cannot tell is a warning with the reason, and an error with --strict", async () => {
    const tests = "tests: [{ subject: user:ann, can: { search: 'logs-*' } }]";
    const ran = await validate(tests);
    expect([ran.code, found(ran)]).toEqual([
      0,
      [
        "it/access_tests/ann.yml:1:37: warning: osac cannot tell whether user:ann can search, on logs-*: which names logs-* reaches is not known: read the cluster's names [access-test-unknown]",
      ],
    ]);
    expect((await validate(tests, "--strict")).code).toBe(3);
    expect((await validate(tests, "--facts", "it/names.json")).code).toBe(0);
  });

  test("only: nothing else that operations take, on any index, tenant or the cluster", async () => {
    const exact = await validate(only("search: 'logs-*'"), "--facts", "it/names.json");
    expect([exact.code, found(exact)]).toEqual([0, []]);
    const other = await validate(only("count: orders"), "--facts", "it/names.json");
    expect(found(other)).toEqual([
      expect.stringContaining("user:ann must be able to count, on orders, and it cannot"),
      expect.stringContaining(
        "user:ann must not be able to indices:data/read/search, on logs-1, and it can ",
      ),
    ]);
  });

  test("only: without the names of the cluster, the patterns of the roles are compared", async () => {
    const blind = await validate(only("search: logs-1"));
    expect(found(blind)).toEqual([
      "it/access_tests/ann.yml:1:38: warning: osac cannot tell whether user:ann can indices:data/read/search, on other names that logs-* matches: the index names of the cluster are unknown [access-test-unknown]",
    ]);
    const covered = await validate(only("count: [logs-1, 'log*']"));
    expect(found(covered)).toEqual([expect.stringContaining("which names log* reaches is not known")]);
  });

  const parts = [
    { name: "logs-1", aliases: ["recent"] },
    { name: "logs-2" },
    { name: "logs-3" },
    { name: ".ds-logs-stream-1", data_stream: "logs-stream" },
  ];

  test.for([
    ["an alias, a data stream and a list of names", "['logs-2,logs-3', recent, logs-stream]"],
    ["a wildcard", "'logs-*'"],
    ["wildcards for an alias and a data stream", "['rec*', 'logs-s*', logs-2, logs-3]"],
  ] as const)("only: %s stand for their indices", async ([, targets]) => {
    const cwd = await stage(only(`search: ${targets}`), { "names.json": JSON.stringify({ indices: parts }) });
    const ran = await osac(["validate", "it", "--facts", "it/names.json"], { cwd });
    expect([ran.code, found(ran)]).toEqual([0, []]);
  });

  test.for([
    ["logs-1", "['logs-2,logs-3', logs-stream]"],
    [".ds-logs-stream-1", "['logs-2,logs-3', recent]"],
    ["logs-3", "[recent, logs-stream, logs-2]"],
  ] as const)("only: %s is told if nothing stands for it", async ([name, targets]) => {
    const cwd = await stage(only(`search: ${targets}`), { "names.json": JSON.stringify({ indices: parts }) });
    const ran = await osac(["validate", "it", "--facts", "it/names.json"], { cwd });
    expect(found(ran)).toEqual([
      expect.stringContaining(
        `user:ann must not be able to indices:data/read/search, on ${name}, and it can [`,
      ),
    ]);
  });

  test.for([
    [4, "logs-2, logs-3, logs-4"],
    [5, "logs-2, logs-3, logs-4 and 1 more"],
    [6, "logs-2, logs-3, logs-4 and 2 more"],
  ] as const)("only: of what else can be done on %d names, three are named", async ([count, named]) => {
    const indices = Array.from({ length: count }, (_, place) => ({ name: `logs-${place + 1}` }));
    const cwd = await stage(only("search: logs-1"), { "names.json": JSON.stringify({ indices }) });
    const ran = await osac(["validate", "it", "--facts", "it/names.json"], { cwd });
    expect(found(ran)).toEqual([expect.stringContaining(`, on ${named}, and it can [`)]);
  });

  test("only: a tenant that may be read must not be writable", async () => {
    const writer = {
      "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nfinance: {}\n",
      "roles.yml": `_meta: { type: roles, config_version: 2 }
reader:
  cluster_permissions: ["indices:data/write/bulk"]
  tenant_permissions:
    - tenant_patterns: [finance]
      allowed_actions: ["kibana:saved_objects/*/write"]
`,
    };
    const run = async (operation: string): Promise<string[]> => {
      const expected = only(`${operation}: 'tenant:finance', "indices:data/write/bulk": cluster`);
      return found(await osac(["validate", "it"], { cwd: await stage(expected, writer) }));
    };
    expect(await run("read in Dashboards")).toEqual([
      expect.stringContaining(
        "user:ann must not be able to save in Dashboards, on tenant:finance, and it can",
      ),
    ]);
    expect(await run("save in Dashboards")).toEqual([]);
  });

  test.for<[tests: string, message: string]>([
    ["tests: [{ subject: ann, can: { search: a } }]", "[bad-access-test]"],
    ["tests: [{ subject: user:ann }]", "fewer than 2 properties"],
    ["tests: [{ subject: user:ann, can: { serch: a } }]", 'unknown operation "serch"'],
    ["tests: [{ subject: user:ann, can: { search: cluster } }]", "search needs index names"],
    ["tests: [{ subject: user:ann, colour: red, can: { search: a } }]", "additional properties: colour"],
    ["tests: [", "not valid YAML"],
  ])("%s is refused with its place", async ([tests, message]) => {
    const ran = await validate(tests);
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/^it\/access_tests\/ann\.yml:1:\d+: error/m);
    expect(ran.out).toContain(message);
  });

  test("a JUnit report has a failure for each, with its place, and one passed test if there is none", async () => {
    const failed = await validate(mustSearch("orders"), "--output", "junit");
    const message =
      "a&lt;b: user:ann must be able to search, on orders, and it cannot: missing: index permission indices:data/read/search";
    expect([failed.code, failed.out]).toEqual([
      3,
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="1" errors="0" skipped="0">
<testsuite name="osac validate" tests="1" failures="1" errors="0" skipped="0">
<testcase classname="it/access_tests/ann.yml" name="access-test-failed: ${message}" file="it/access_tests/ann.yml" line="1"><failure message="${message}" type="access-test-failed">it/access_tests/ann.yml:1:48: ${message}&#10;hint: osac access explain shows why</failure></testcase>
</testsuite>
</testsuites>
`,
    ]);
    const met = await validate(mustSearch("logs-1"), "--output", "junit", "--kinds", "roles");
    expect([met.code, met.out]).toEqual([0, expect.stringContaining('tests="1" failures="0"')]);
  });

  test("the folder of access tests holds no entities, and is not among the files that are ignored", async () => {
    const ran = await validate("tests: []", "-v");
    expect([ran.code, ran.out.includes("ignored: access_tests")]).toEqual([0, false]);
  });
});

describe("osac plan and apply run the access tests on what the cluster would hold", () => {
  const role = {
    index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["indices:data/read/search"] }],
  };

  async function run(command: readonly string[], tests: string, more: Readonly<Record<string, string>> = {}) {
    const simulator = await start({
      documents: {
        roles: { reader: role, old: role },
        rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["bob"] } },
      },
    });
    const cwd = await stage(tests, {
      "internal_users.yml": "_meta: { type: internalusers, config_version: 2 }\n",
      ...more,
    });
    const env = {
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: simulator.caCert,
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "admin",
    };
    const ca = await folder({ "ca.pem": simulator.caCert });
    const ran = await osac([...command, "--kinds", "roles,rolesmapping"], {
      cwd,
      env: { ...env, OSAC_CA_CERT: join(ca, "ca.pem") },
    });
    return { ...ran, mapping: simulator.stored("rolesmapping")["reader"] };
  }

  const kept = "tests: [{ subject: external:bob, can: { search: logs-1 } }]";

  test("a change that breaks one is refused by a guard, before anything is written", async () => {
    const { code, err, out, mapping } = await run(["apply", "it", "--yes"], kept);
    expect(code).toBe(5);
    expect(err + out).toContain(
      "it/access_tests/ann.yml:1:41: error: external:bob must be able to search, on logs-1, and it cannot",
    );
    expect(mapping).toMatchObject({ users: ["bob"] });
  });

  test("a plan shows it as well", async () => {
    expect((await run(["plan", "it"], kept)).code).toBe(5);
  });

  test.for<[command: string[], output: string, found: string]>([
    [["plan", "it"], "junit", '<testcase classname="it/access_tests/ann.yml" name="access-test-failed: '],
    [["apply", "it", "--yes"], "junit", 'file="it/access_tests/ann.yml" line="1"><failure '],
    [
      ["plan", "it"],
      "github",
      "::error file=it/access_tests/ann.yml,line=1,col=41,title=access-test-failed::",
    ],
    [["apply", "it", "--yes"], "github", "::error file=it/access_tests/ann.yml,line=1,col=41,"],
  ])("%j as %s has its place", async ([command, output, found]) => {
    const { code, out } = await run([...command, "--output", output], kept);
    expect([code, out]).toEqual([5, expect.stringContaining(found)]);
  });

  test("a plan says with which facts it compared access, if the settings give any", async () => {
    const given = {
      "names.json": JSON.stringify({ indices: [{ name: "logs-1" }] }),
      "osac.yml": "facts: { names: names.json, settings: { dfm_empty_overrides_all: true } }\n",
    };
    const line = "computed with 1 index name; node settings dfm_empty_overrides_all: true\n";
    expect((await run(["plan", "it"], "tests: []", given)).out).toContain(`  ${line}`);
    expect((await run(["plan", "it", "--output", "markdown"], "tests: []", given)).out).toContain(line);
    const { out } = await run(["plan", "it", "--output", "json"], "tests: []", given);
    expect(JSON.parse(out)).toMatchObject({
      accessFacts: { indices: 1, nodeSettings: { dfm_empty_overrides_all: true } },
    });
    expect((await run(["plan", "it"], "tests: []")).out).not.toContain("computed with");
  });

  test("what the change gives is tested, too", async () => {
    const { code, mapping } = await run(
      ["apply", "it", "--yes"],
      "tests: [{ subject: external:ann, can: { search: logs-1 }, cannot: { search: secret } }]",
    );
    expect([code, mapping]).toEqual([0, expect.objectContaining({ users: ["ann"] })]);
  });
});
