import { describe, expect, test } from "vitest";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { directoryFindings } from "../../../src/lint/check-directory.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { folder } from "../../support/folder.ts";

const heads = {
  "roles.yml": "_meta: { type: roles, config_version: 2 }",
  "roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }",
  "action_groups.yml": "_meta: { type: actiongroups, config_version: 2 }",
  "internal_users.yml": "_meta: { type: internalusers, config_version: 2 }",
};

type Files = Partial<Record<keyof typeof heads, string>>;

async function find(files: Files): Promise<Finding[]> {
  const written = Object.entries(files).map(([name, text]) => [
    name,
    `${heads[name as keyof typeof heads]}\n${text}\n`,
  ]);
  const directory = await loadDirectory(await folder(Object.fromEntries(written)), { env: {} });
  expect(directory.findings).toEqual([]);
  return directoryFindings(directory);
}

/** `roles.yml:2 unused-role`. */
async function tell(files: Files): Promise<string[]> {
  return (await find(files)).map(({ at, code }) => `${at!.file}:${at!.line} ${code}`);
}

const tellRole = (text: string): Promise<string[]> => tell({ "roles.yml": `r: { ${text} }` });
const tellOwnIndex = (users: string): Promise<string[]> =>
  tell({ "roles_mapping.yml": `own_index: { users: ${users} }` });
const block = (patterns: string, actions: string, more = ""): string =>
  `{ index_patterns: [${patterns}], allowed_actions: [${actions}]${more} }`;

describe("permissions that say something else than they mean", () => {
  test.each([
    ["cluster action on indices", `index_permissions: [${block("a", '"indices:data/write/bulk"')}]`],
    ["index action on the cluster", 'cluster_permissions: ["indices:data/read/search"]'],
  ])("misplaced-action: %s", async (_, text) => {
    expect(await tellRole(text)).toEqual(["roles.yml:2 misplaced-action"]);
  });

  test.each([
    'cluster_permissions: ["indices:data/write/bulk"]',
    `cluster_permissions: ["indices:data/write/bulk*"], index_permissions: [${block("a", '"indices:data/write/bulk"')}]`,
    `cluster_permissions: [cluster_composite_ops], index_permissions: [${block("a", '"indices:data/write/bulk"')}]`,
    `index_permissions: [${block("a", '"indices:data/write/bulk*"')}]`,
    `index_permissions: [${block("a", '"cluster:plugin/of/somebody"')}]`,
  ])("an action that is, or may be, in the right list has no finding: %s", async (text) => {
    expect(await tellRole(text)).toEqual([]);
  });

  test.each(["**", "?*", "restapi:*", "/.*/"])("hidden-administration: %s", async (pattern) => {
    expect(await tellRole(`cluster_permissions: ["${pattern}"]`)).toEqual([
      "roles.yml:2 hidden-administration",
    ]);
    expect(await tell({ "action_groups.yml": `g: { allowed_actions: ["${pattern}"] }` })).toEqual([
      "action_groups.yml:2 hidden-administration",
    ]);
  });

  test.each(["*", "cluster:*", "indices:*"])("%s hides nothing", async (pattern) => {
    expect(await tellRole(`cluster_permissions: ["${pattern}"]`)).toEqual([]);
  });

  test.each(["*", "kibana:saved_objects/*", "unlimited"])("tenant-only-reads: %s", async (action) => {
    const text = `tenant_permissions: [{ tenant_patterns: [global_tenant], allowed_actions: ["${action}"] }]`;
    expect(await tellRole(text)).toEqual(["roles.yml:2 tenant-only-reads"]);
  });

  test.each(["kibana_all_write", "kibana_all_read", "kibana:saved_objects/*/write"])(
    "%s says what it means",
    async (action) => {
      const text = `tenant_permissions: [{ tenant_patterns: [global_tenant], allowed_actions: ["${action}"] }]`;
      expect(await tellRole(text)).toEqual([]);
    },
  );
});

describe("permissions that are of no use alone", () => {
  const bulk = '"indices:data/write/bulk"';
  const indexing = '"indices:data/write/index"';
  const shard = '"indices:data/write/bulk[s]"';

  test("write-without-bulk: the role lacks the cluster permission that each write needs", async () => {
    expect(await tellRole(`index_permissions: [${block("a", "write")}]`)).toEqual([
      "roles.yml:2 write-without-bulk",
    ]);
  });

  test.each([
    `cluster_permissions: [${bulk}], index_permissions: [${block("a", "write")}]`,
    `cluster_permissions: [cluster_composite_ops], index_permissions: [${block("a", "crud")}]`,
    `cluster_permissions: [of_the_cluster], index_permissions: [${block("a", "write")}]`,
    `index_permissions: [${block("a", "read")}]`,
    `index_permissions: [${block("a", "of_the_cluster")}]`,
    `reserved: true, index_permissions: [${block("a", "write")}]`,
  ])("a role that has it, may have it, or needs none has no finding: %s", async (text) => {
    expect(await tellRole(text)).toEqual([]);
  });

  test("another role may have it for the same callers, or for everyone", async () => {
    const roles = `w: { index_permissions: [${block("a", "write")}] }\nb: { cluster_permissions: [${bulk}] }`;
    const found = async (mappings: string): Promise<string[]> =>
      (await tell({ "roles.yml": roles, "roles_mapping.yml": mappings })).filter((one) =>
        one.endsWith("write-without-bulk"),
      );
    expect(await found("w: { users: [ann] }\nb: { users: [ann, ben] }")).toEqual([]);
    expect(await found("w: { users: [ann] }\nown_index: { users: ['*'] }")).toEqual([]);
    expect(await found("w: { users: [ann, ben] }\nb: { users: [ann] }")).toEqual([
      "roles.yml:2 write-without-bulk",
    ]);
  });

  test.each([
    [`cluster_permissions: [${bulk}], index_permissions: [${block("a", indexing)}]`],
    [`cluster_permissions: [${bulk}], index_permissions: [${block("a", "delete")}]`],
    [
      `cluster_permissions: [${bulk}], index_permissions: [${block("a", `"indices:data/write/update", ${shard}`)}]`,
    ],
    [
      `cluster_permissions: ["indices:data/read/mget"], index_permissions: [${block("a", '"indices:data/read/get"')}]`,
    ],
    [`index_permissions: [${block("a", '"indices:admin/refresh"')}]`],
  ])("incomplete-permission: %s", async (text) => {
    expect(await tellRole(text)).toEqual(["roles.yml:2 incomplete-permission"]);
  });

  test.each([
    `cluster_permissions: [${bulk}], index_permissions: [${block("a", `${indexing}, ${shard}`)}]`,
    `cluster_permissions: [${bulk}], index_permissions: [${block("a", indexing)}, ${block("b", shard)}]`,
    `cluster_permissions: ["indices:data/read/mget"], index_permissions: [${block("a", "read")}]`,
    `cluster_permissions: ["indices:data/read/mget"]`,
    `cluster_permissions: [cluster_composite_ops_ro], index_permissions: [${block("a", '"indices:data/read/get"')}]`,
    `index_permissions: [${block("a", '"indices:admin/refresh*"')}]`,
  ])("a permission with what it needs has no finding: %s", async (text) => {
    expect((await tellRole(text)).filter((one) => one.endsWith("incomplete-permission"))).toEqual([]);
  });
});

describe("permissions that open more than they seem to", () => {
  const aliases = '"indices:admin/aliases"';

  test.each([
    [block("a", aliases), block('"b-*"', "read")],
    [block('"*"', "manage"), block('"b-*"', "read")],
    [block("a", "manage_aliases, read"), block('"b-*"', "indices_all")],
  ])("alias-takeover: aliases on some indices, and more on other patterns", async (one, other) => {
    expect(await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${one}\n  - ${other}` })).toContain(
      "roles.yml:4 alias-takeover",
    );
  });

  test.each([
    [block("a", `${aliases}, read`), block('"b-*"', "read")],
    [block("a", aliases), block("b", "read")],
    [block("a", '"indices:admin/aliases/get"'), block('"b-*"', "read")],
    [block("a", `${aliases}, of_the_cluster`), block('"b-*"', "read")],
    [block("a-1", aliases), block('"a-*"', "read")],
  ])("no alias gives more: %s, %s", async (one, other) => {
    const found = await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${one}\n  - ${other}` });
    expect(found.filter((text) => text.endsWith("alias-takeover"))).toEqual([]);
  });

  test.each(["${user.name}", "${attr.ldap.team}*", "${user_name}"])(
    "variable-as-pattern: %s",
    async (pattern) => {
      expect(await tellRole(`index_permissions: [${block(`"${pattern}"`, "read")}]`)).toEqual([
        "roles.yml:2 variable-as-pattern",
      ]);
      const tenant = `tenant_permissions: [{ tenant_patterns: ["${pattern}"], allowed_actions: [kibana_all_read] }]`;
      expect(await tellRole(tenant)).toEqual(["roles.yml:2 variable-as-pattern"]);
    },
  );

  test.each(["team-${user.name}", "${user.roles}", "${user_securityRoles}", "*"])(
    "the value of a variable in %s matches no other names",
    async (pattern) => {
      expect(await tellRole(`index_permissions: [${block(`"${pattern}"`, "read")}]`)).toEqual([]);
    },
  );

  test("loose-pattern concerns servers before 3.0", async () => {
    const found = await find({ "roles.yml": `r: { index_permissions: [${block('"a?"', "read")}] }` });
    expect(found).toMatchObject([{ code: "loose-pattern", servers: { until: "3.0" } }]);
    expect(await tellRole(`index_permissions: [${block('"a*", "?*"', "read")}]`)).toEqual([]);
  });

  test("hidden-administration: before 2.19, `*` beside another permission", async () => {
    const found = await find({ "roles.yml": 'r: { cluster_permissions: ["*", cluster_monitor] }' });
    expect(found[0]).toMatchObject({ code: "hidden-administration", servers: { until: "2.19" } });
  });

  test("own-index-for-everyone: everyone has all rights on the index of the own name", async () => {
    expect(await tellOwnIndex('["*"]')).toEqual(["roles_mapping.yml:2 own-index-for-everyone"]);
    expect(await tellOwnIndex("[ann]")).toEqual([]);
  });
});

describe("restrictions that show more or less than they seem to", () => {
  const dls = `, dls: '{"term":{"team.keyword":1}}'`;

  test.each([
    `${dls}, fls: ["~team"]`,
    `${dls}, fls: ["!team"]`,
    `${dls}, fls: [other]`,
    `${dls}, masked_fields: [team]`,
  ])("blind-query: %s", async (more) => {
    expect(await tellRole(`index_permissions: [${block("a", "read", more)}]`)).toEqual([
      "roles.yml:2 blind-query",
    ]);
  });

  test.each([
    `${dls}, fls: ["~other"]`,
    `${dls}, fls: ["!other"]`,
    `${dls}, fls: [team]`,
    `${dls}, masked_fields: [other]`,
    `, dls: '{"term":{"_index":"a"}}', fls: [team]`,
    `, dls: '{"range":{"_seq_no":{"gte":0}}}', masked_fields: ["*"]`,
  ])("a query by a field that the role sees has no finding: %s", async (more) => {
    expect(await tellRole(`index_permissions: [${block("a", "read", more)}]`)).toEqual([]);
  });

  test("loose-restriction concerns servers before 3.0", async () => {
    const found = await find({
      "roles.yml": `r: { index_permissions: [${block('"a?"', "read", ", fls: [x]")}] }`,
    });
    expect(found).toMatchObject([
      { code: "loose-pattern" },
      { code: "loose-restriction", servers: { until: "3.0" } },
    ]);
  });
});

describe("what adds nothing", () => {
  test.each([
    [block('"logs-*"', "read"), block("logs-app", "read")],
    [block('"logs-*"', "read, indices_monitor"), block('"logs-*"', "read")],
  ])("shadowed-permission: a block within another", async (wide, narrow) => {
    expect(await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${wide}\n  - ${narrow}` })).toEqual([
      "roles.yml:5 shadowed-permission",
    ]);
    expect(await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${narrow}\n  - ${wide}` })).toEqual([
      "roles.yml:4 shadowed-permission",
    ]);
  });

  test("the second of two equal blocks is superfluous", async () => {
    const one = block("a", "read");
    expect(await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${one}\n  - ${one}` })).toEqual([
      "roles.yml:5 shadowed-permission",
    ]);
  });

  test.each([
    [block('"a?"', "read"), block('"a??*"', "read")],
    [block('"a*"', "read"), block("a", "read", ", fls: [x]")],
    [block('"a*"', "read"), block("a", "write")],
    [block('"a*"', "read"), block('"a${user.name}"', "read")],
  ])("a block that adds something, or restricts, has no finding", async (one, other) => {
    const found = await tell({ "roles.yml": `r:\n  index_permissions:\n  - ${one}\n  - ${other}` });
    expect(found.filter((text) => text.endsWith("shadowed-permission"))).toEqual([]);
  });

  const mapped = {
    "roles.yml": `a: { index_permissions: [${block("a", "mine")}] }\nb: { index_permissions: [${block("b", "read")}] }`,
    "roles_mapping.yml": "a: { users: [ann] }",
    "internal_users.yml": "{}",
    "action_groups.yml":
      'mine: { allowed_actions: [read] }\nother: { allowed_actions: ["indices:data/read/get"] }',
  };

  test("unused-role and unused-group: nothing of the files uses them", async () => {
    expect(
      await tell({ ...mapped, "internal_users.yml": "_: {}" }).then((all) =>
        all.filter((one) => one.includes("unused")),
      ),
    ).toEqual(["action_groups.yml:3 unused-group", "roles.yml:3 unused-role"]);
  });

  test("a role may be mapped elsewhere if the files have no mappings", async () => {
    expect(
      await tell({
        "roles.yml": mapped["roles.yml"],
        "action_groups.yml": "mine: { allowed_actions: [read] }",
      }),
    ).toEqual([]);
  });

  test("grants-nothing: a mapping of nobody, or of a role without permissions", async () => {
    expect(
      await tell({
        "roles.yml": "a: { description: x }",
        "roles_mapping.yml": "a: { users: [ann] }\nall_access: { users: [] }\nown_index: { users: [ann] }",
      }),
    ).toEqual(["roles_mapping.yml:2 grants-nothing"]);
    expect(
      await tell({
        "roles.yml": `a: { index_permissions: [${block("a", "read")}] }`,
        "roles_mapping.yml": "a: { users: [] }",
      }),
    ).toEqual(["roles_mapping.yml:2 grants-nothing"]);
  });

  test("equal-roles: two roles permit the same", async () => {
    const one = `{ description: x, index_permissions: [${block("a", "read")}] }`;
    expect(
      await tell({
        "roles.yml": `a: ${one}\nb: ${one.replace("x", "y")}\nc: { cluster_permissions: [cluster_monitor] }\nd: { cluster_permissions: [cluster_monitor] }`,
      }),
    ).toEqual(["roles.yml:3 equal-roles"]);
  });
});
