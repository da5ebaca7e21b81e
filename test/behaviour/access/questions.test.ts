import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";

const files = {
  "roles.yml": `_meta: { type: roles, config_version: 2 }
logs_reader:
  index_permissions:
    - index_patterns:
        - logs-*
      allowed_actions:
        - look
    - index_patterns: [secret]
      allowed_actions: ["indices:data/write/*"]
exporter:
  cluster_permissions: [cluster_monitor]
  index_permissions:
    - index_patterns: ["*"]
      allowed_actions: ["indices:data/read/search"]
  tenant_permissions:
    - tenant_patterns: [finance]
      allowed_actions: [kibana_all_read]
`,
  "action_groups.yml": `_meta: { type: actiongroups, config_version: 2 }
look:
  allowed_actions: ["indices:data/read/search"]
`,
  "roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }
logs_reader:
  users: [ann]
exporter:
  backend_roles: [ops]
  hosts: ["10.*"]
`,
  "internal_users.yml": `_meta: { type: internalusers, config_version: 2 }
ann: { hash: "\${env.ANN_HASH}" }
`,
  "tenants.yml": `_meta: { type: tenants, config_version: 2 }
finance: {}
`,
  "config.yml": "_meta: { type: config, config_version: 2 }\nconfig: { dynamic: {} }\n",
};

/** Asks about the files from the directory above them. */
async function ask(argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const all = Object.entries({ ...files, ...more });
  const cwd = await folder(Object.fromEntries(all.map(([name, text]) => [`it/${name}`, text])));
  return osac(["access", ...argv], { cwd });
}

const known = ["--address", "192.0.2.1"];

const [red, green, yellow] = [31, 32, 33] as const;

test.for<[question: string[], colour: number, verdict: string]>([
  [["user:ann", "search", "logs-1"], green, "allowed"],
  [["user:ann", "search", "orders"], red, "denied"],
  [["user:ann", "search", "logs-1,orders"], yellow, "partly"],
  [["user:ann", "search", "logs-*"], yellow, "unknown"],
])("at a terminal the answer has a colour: %j", async ([question, colour, verdict]) => {
  const cwd = await folder(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`it/${name}`, text])),
  );
  let out = "";
  const stdout = { write: (text: string) => void (out += text), isTerminal: true };
  await osac(["access", "can", ...question, "it", ...known], { cwd, stdout });
  expect(out.split("\n")[0]).toContain(`\u001B[${colour}m${verdict}`);
});

describe("osac access can", () => {
  test("says yes, and what the answer was computed from", async () => {
    const { code, out } = await ask(["can", "user:ann", "search", "logs-1", "it", ...known]);
    expect(code).toBe(0);
    expect(out).toBe(`allowed: user:ann can search, on logs-1

computed for OpenSearch 3.4.0 (the default; name yours with --server-version or cluster.version) from the files in it
index names unknown: assuming no aliases and no data streams (osac access facts reads them)
node settings: the product's defaults (facts.settings in osac.yml)
`);
  });

  test("says no with every permission that the operation lacks, and exits with 2", async () => {
    const { code, out } = await ask(["can", "user:ann", "index a document", "secret", "it", ...known]);
    expect(code).toBe(2);
    expect(out).toMatch(/^denied: user:ann cannot index a document, on secret\n/);
    expect(out).toContain("  missing: the cluster permission indices:data/write/bulk\n");
    expect(out).not.toContain("missing: the index permission");
  });

  test("says that nobody can tell, and what would settle it, and exits with 9", async () => {
    const wildcard = await ask(["can", "user:ann", "search", "logs-*", "it", ...known]);
    expect([wildcard.code, wildcard.out.split("\n")[1]]).toEqual([
      9,
      "  which names logs-* reaches is not known: read the cluster's names (--live, or --facts FILE)",
    ]);
    const address = await ask(["can", "user:ann", "search", "other", "it"]);
    expect(address.out).toContain("(--address IP)\n");
  });

  test("knows the names of the cluster from a file", async () => {
    const names = { indices: [{ name: "logs-1", aliases: ["recent"] }, { name: "secret" }] };
    const facts = { "names.json": JSON.stringify(names) };
    const alias = ["can", "user:ann", "search", "recent", "it", "--facts", "it/names.json", ...known];
    const { code, out } = await ask(alias, facts);
    expect(code).toBe(0);
    expect(out).toContain("with 3 index names, 1 alias name, 0 data streams from it/names.json\n");
    const all = await ask(
      ["can", "user:ann", "search", "*", "it", "--facts", "it/names.json", ...known],
      facts,
    );
    expect(all.code).toBe(2);
    expect(all.out).toContain("the server refuses the whole request (403); permitted are logs-1\n");
  });

  test.for<[subject: string, code: number]>([
    ["role:ops", 0],
    ["role:other", 2],
    ["external:bob --backend-role ops", 0],
    ["external:bob", 2],
    ["everyone", 2],
    ["user:nobody", 2],
    ["external:bob --address 10.0.0.1", 0],
  ])("%s", async ([subject, code]) => {
    const [who = "", ...flags] = subject.split(" ");
    const address = flags.includes("--address") ? [] : known;
    const ran = await ask(["can", who, "search", "orders", "it", ...flags, ...address]);
    expect([ran.code, ran.err]).toEqual([code, ""]);
  });

  test.for<[words: string[], message: string]>([
    [["ann", "search", "a"], 'found "ann" [bad-value]\n  hint: did you mean user:ann?'],
    [["user:ann", "serch", "a"], 'unknown operation "serch" [bad-value]\n  hint: did you mean "search"?'],
    [["user:ann", "search", "cluster", "it"], "resource: search needs index names, * for all [bad-value]"],
    [["user:ann", "read in Dashboards", "a", "it"], "read in Dashboards needs tenant:NAME [bad-value]"],
    [["user:ann", "search", "a,,b"], 'a name is missing in "a,,b" [bad-value]'],
    [["user:ann"], "operation is missing"],
    [["user:ann", "search", "a", "it", "more"], 'unexpected argument "more"'],
  ])("refuses %j", async ([words, message]) => {
    const { code, err } = await ask(["can", ...words]);
    expect(code).toBe(3);
    expect(err).toContain(message);
  });

  test("--verify applies to the cluster only", async () => {
    const { code, err } = await ask(["can", "user:ann", "search", "logs-1", "it", "--verify"]);
    expect([code, err]).toEqual([3, expect.stringContaining("--verify does not apply without --live")]);
  });

  test("files whose permissions cannot all be read give no answer", async () => {
    const hidden = `_meta: { type: rolesmapping, config_version: 2 }\nexporter: { users: ["\${env.TEAM}"] }\n`;
    const placeholder = await ask(["can", "user:ann", "search", "a", "it"], { "roles_mapping.yml": hidden });
    expect([placeholder.code, placeholder.err]).toEqual([
      3,
      expect.stringContaining("placeholder-not-allowed"),
    ]);
    const broken = await ask(["can", "user:ann", "search", "a", "it"], { "roles.yml": "a: [" });
    expect([broken.code, broken.err]).toEqual([3, expect.stringMatching(/^it\/roles\.yml:1:/)]);
  });

  test("the version of the server decides, and is an input", async () => {
    const roles = `_meta: { type: roles, config_version: 2 }
exporter: { index_permissions: [{ index_patterns: ["_all"], allowed_actions: ["*"] }] }
`;
    const names = JSON.stringify({ indices: [{ name: "a" }] });
    const given = { "roles.yml": roles, "names.json": names, "osac.yml": "facts: { names: names.json }\n" };
    const can = async (version: string): Promise<number> =>
      (await ask(["can", "role:ops", "search", "a", "it", "--server-version", version], given)).code;
    expect([await can("2.11.1"), await can("2.19.4")]).toEqual([0, 2]);
  });
});

describe("osac access explain", () => {
  test("shows each entry of the shortest chain with its place", async () => {
    const { out } = await ask(["explain", "user:ann", "search", "logs-1", "it", ...known]);
    expect(out.split("\n\n")[0]).toBe(`allowed: user:ann can search, on logs-1
  indices:data/read/search on logs-1
    it/roles_mapping.yml:3:11: rolesmapping/logs_reader: users ann
    it/roles.yml:5:11: roles/logs_reader: index_permissions[0].index_patterns logs-* matches logs-1
    it/roles.yml:7:11: roles/logs_reader: index_permissions[0].allowed_actions look
    it/action_groups.yml:3:21: actiongroups/look: allowed_actions indices:data/read/search`);
  });

  test("shows the restrictions of what the subject may read, with their places", async () => {
    const roles = `_meta: { type: roles, config_version: 2 }
hr:
  index_permissions:
    - index_patterns: [hr]
      dls: '{"term":{"team":"\${user.name}"}}'
      fls: ["~salary"]
      masked_fields: [name]
      allowed_actions: ["indices:data/read/search"]
`;
    const mapped = "_meta: { type: rolesmapping, config_version: 2 }\nhr: { users: [ann] }\n";
    const given = { "roles.yml": roles, "roles_mapping.yml": mapped };
    const question = ["explain", "user:ann", "search", "hr", "it"];
    expect((await ask(question, given)).out).toContain(`  restricted on hr
    only documents that match {"term":{"team":"ann"}}: it/roles.yml:5:7: roles/hr: index_permissions[0].dls
    all fields but: it/roles.yml:6:13: roles/hr: index_permissions[0].fls ~salary
    masked: it/roles.yml:7:23: roles/hr: index_permissions[0].masked_fields name
`);
    const { out } = await ask([...question, "--output", "json"], given);
    expect(JSON.parse(out)).toMatchObject({
      restrictions: [
        {
          name: "hr",
          documents: "some",
          fields: "all-but",
          fieldPatterns: ["salary"],
          maskPatterns: ["name"],
        },
      ],
    });
  });

  test("proposes the smallest addition to a role of the caller, and says who gains what by it", async () => {
    const { code, out } = await ask(["explain", "user:ann", "index a document", "secret", "it", ...known]);
    expect(code).toBe(2);
    expect(out).toContain(`  to permit it, add:
    it/roles.yml:2:1: roles/logs_reader: cluster_permissions: "indices:data/write/bulk"
    then user ann gains the cluster permissions indices:data/write/bulk
`);
  });

  test("proposes exactly what is missing before a role that gives more", async () => {
    const { out } = await ask(["explain", "external:bob", "search", "orders", "it", ...known]);
    expect(out).toContain(`  to permit it, add:
    it/roles.yml: roles/new_role: index_permissions: {"index_patterns":["orders"],"allowed_actions":["indices:data/read/search"]}
    it/roles_mapping.yml: rolesmapping/new_role: users: "bob"
    then user bob gains indices:data/read/search on orders
  or, with more rights, add:
    it/roles_mapping.yml:4:1: rolesmapping/exporter: users: "bob"
    then user bob gains the cluster permissions cluster:monitor/*
    then user bob gains indices:data/read/search on *, e.g. x
    then user bob gains read on tenant finance
`);
  });

  test("names everybody else who would get it by a shared role", async () => {
    const shared = `_meta: { type: rolesmapping, config_version: 2 }
logs_reader: { users: [ann, carl] }
`;
    const { out } = await ask(["explain", "user:ann", "index a document", "secret", "it"], {
      "roles_mapping.yml": shared,
    });
    expect(out).toContain(`  or, with more rights, add:
    it/roles.yml:2:1: roles/logs_reader: cluster_permissions: "indices:data/write/bulk"
    then 2 users (ann, carl) gain the cluster permissions indices:data/write/bulk
`);
  });

  test.for<[what: string, permission: string, pattern: string]>([
    ["everything", "*", "*"],
    ["the security configuration", "restapi:admin/roles", "orders"],
    ["the index of the security configuration", "cluster_monitor", '.opendistro*", "orders'],
  ])("never proposes a role that gives %s", async ([, permission, pattern]) => {
    const roles = `_meta: { type: roles, config_version: 2 }
admins:
  cluster_permissions: ["${permission}"]
  index_permissions: [{ index_patterns: ["${pattern}"], allowed_actions: ["*"] }]
`;
    const { out } = await ask(["explain", "external:bob", "search", "orders", "it"], { "roles.yml": roles });
    expect(out).toContain("    then user bob gains indices:data/read/search on orders\n");
    expect(out).not.toContain("admins");
  });

  test("proposes nothing that would not help", async () => {
    const facts = { "names.json": JSON.stringify({ indices: [{ name: "a" }] }) };
    const everything = ["explain", "role:ops", "delete an index", "*", "it", "--facts", "it/names.json"];
    const { code, out } = await ask(everything, facts);
    expect([code, out.includes("to permit it")]).toEqual([2, false]);
    expect(out).toContain("nobody may do this to all indices at once");
  });

  test("prints all of it as JSON", async () => {
    const { out } = await ask([
      "explain",
      "role:ops",
      "save in Dashboards",
      "tenant:finance",
      "it",
      "--output",
      "json",
    ]);
    expect(JSON.parse(out)).toMatchObject({
      command: "access explain",
      exitCode: 2,
      subject: "role:ops",
      operation: "save in Dashboards",
      target: "tenant:finance",
      verdict: "denied",
      missing: [{ need: "tenant", what: "write" }, { need: "cluster-permission" }],
      basis: { serverVersion: "3.4.0", names: null, takenForEmpty: [] },
      namesakes: [],
      proposals: [
        {
          additions: [
            { kind: "roles", name: "new_role", pointer: "/cluster_permissions", at: null },
            { kind: "roles", name: "new_role", pointer: "/tenant_permissions" },
            { kind: "rolesmapping", name: "new_role", pointer: "/backend_roles", entry: "ops" },
          ],
          access: [
            { effect: "gains the cluster permissions indices:data/write/bulk" },
            { effect: "gains write on tenant finance", principals: [{ kind: "backend-role", name: "ops" }] },
          ],
        },
        { additions: [{ name: "exporter" }, { name: "exporter" }] },
      ],
    });
  });
});

describe("a role that names indices after its users", () => {
  const own = {
    "roles.yml": `_meta: { type: roles, config_version: 2 }
own: { index_permissions: [{ index_patterns: ["\${user_name}-notes"], allowed_actions: ["indices:data/read/search"] }] }
`,
    "roles_mapping.yml": '_meta: { type: rolesmapping, config_version: 2 }\nown: { users: ["*"] }\n',
  };

  test.for<[subject: string, index: string, code: number]>([
    ["everyone", "orders", 2],
    ["role:ops", "orders", 2],
    ["role:ops", "bob-notes", 2],
    ["external:bob", "bob-notes", 0],
    ["external:bob", "ann-notes", 2],
  ])("%s cannot search on %s but by that name: %d", async ([subject, index, code]) => {
    const ran = await ask(["can", subject, "search", index, "it"], own);
    expect([ran.code, ran.out.includes("but a caller whose name is bob can")]).toEqual([
      code,
      !subject.startsWith("external") && index === "bob-notes",
    ]);
  });

  test("who names the caller of that name, and list the pattern", async () => {
    const who = await ask(["who", "search", "bob-notes", "it"], own);
    expect(who.out).toContain(
      "  external:bob  it/roles_mapping.yml:2:16: rolesmapping/own: users * matches bob\n",
    );
    expect((await ask(["list", "role:ops", "it"], own)).out).toContain(
      "  ${user_name}-notes\n    can search",
    );
  });

  test("an attribute that nobody knows is unknown only for names that it can make, and says how to ask", async () => {
    const byAttribute = { ...own, "roles.yml": own["roles.yml"].replace("user_name", "attr.ldap.team") };
    const possible = await ask(["can", "role:ops", "search", "red-notes", "it"], byAttribute);
    expect([possible.code, possible.out]).toEqual([
      9,
      expect.stringContaining("(ask for external:NAME --backend-role ops --attribute NAME=VALUE)"),
    ]);
    expect((await ask(["can", "role:ops", "search", "orders", "it"], byAttribute)).code).toBe(2);
  });
});

describe("osac access facts", () => {
  test("has to be told where the names go", async () => {
    const { code, err } = await ask(["facts", "it"]);
    expect([code, err]).toEqual([3, expect.stringContaining("[missing-argument]")]);
  });

  test("is what --facts takes, and nothing else", async () => {
    const { code, err } = await ask(["can", "user:ann", "search", "a", "it", "--facts", "it/roles.yml"]);
    expect([code, err]).toEqual([
      3,
      expect.stringContaining("it/roles.yml holds no names of indices [bad-facts]"),
    ]);
  });
});

test("osac access operations lists what questions may name, with what it takes", async () => {
  const { code, out } = await osac(["access", "operations"]);
  expect(code).toBe(0);
  expect(out).toContain(`delete a document
  cluster permission indices:data/write/bulk
  index permission indices:data/write/delete
  index permission indices:data/write/bulk[s]
`);
});

describe("osac access list", () => {
  test("shows roles with their places, and what can be done by the patterns of the roles", async () => {
    const { code, out } = await ask(["list", "role:ops", "it"]);
    expect(code).toBe(0);
    expect(out.split("\n\n")[0]).toBe(
      `role:ops
  role exporter
    it/roles_mapping.yml:5:19: rolesmapping/exporter: backend_roles ops
  cluster
    can see the cluster's health
  * (asked for any-name)
    can search, count, start a scroll, count by cat
  tenant finance: read`,
    );
  });

  test("osac access list groups equal names of the cluster", async () => {
    const names = {
      "names.json": JSON.stringify({ indices: [{ name: "logs-1" }, { name: "logs-2" }, { name: "b" }] }),
    };
    const { out } = await ask(
      ["list", "user:ann", "it", "--facts", "it/names.json", ...known, "--output", "json"],
      names,
    );
    expect(JSON.parse(out)).toMatchObject({
      command: "access list",
      roles: [{ name: "logs_reader", doubt: null }],
      cluster: { operations: [] },
      indices: [{ names: ["logs-1", "logs-2"], operations: expect.arrayContaining(["search", "count"]) }],
      unmatchedPatterns: ["secret"],
      tenants: [],
    });
  });

  test.for<[what: string, index: object, isSaid: boolean]>([
    ["no name", { name: "b" }, true],
    ["a name", { name: "logs-1" }, false],
    ["an alias", { name: "b", aliases: ["logs-1"] }, false],
    ["a data stream", { name: "b", data_stream: "logs-1" }, false],
  ])("says so where the patterns of the roles match %s of the cluster", async ([, index, isSaid]) => {
    const names = { "names.json": JSON.stringify({ indices: [index] }) };
    const { out } = await ask(["list", "user:ann", "it", "--facts", "it/names.json", ...known], names);
    const patterns = isSaid ? "logs-*, secret" : "secret";
    expect(out).toContain(`\n  no index matches these patterns of its roles: ${patterns}\n`);
  });
});

describe("osac access who", () => {
  test("names users, and the entries of mappings, that give an operation", async () => {
    const { code, out } = await ask(["who", "search", "logs-1", "it", ...known]);
    expect(code).toBe(0);
    expect(out.split("\n\n")[0]).toBe(`search, on logs-1
  user:ann  it/roles_mapping.yml:3:11: rolesmapping/logs_reader: users ann
  role:ops  it/roles_mapping.yml:5:19: rolesmapping/exporter: backend_roles ops`);
    expect((await ask(["who", "delete an index", "logs-1", "it", ...known])).out).toMatch(/\n {2}nobody\n/);
  });
});
