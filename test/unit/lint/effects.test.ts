import { describe, expect, test } from "vitest";
import type { Body, Value } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { codesOn, findingsOn } from "./found.ts";

const roles = (body: Body): { roles: { r: Body } } => ({ roles: { r: body } });
const block = (fields: Body): Body => ({ index_patterns: ["a"], allowed_actions: ["read"], ...fields });
const domains = (authc: Value): { config: { config: Body } } => ({
  config: { config: { dynamic: { authc } } },
});
const cluster = (...cluster_permissions: string[]): string[] =>
  findingsOn(roles({ cluster_permissions })).map(({ code, hint }) => `${code}: ${hint}`);

const dls = (owner: string): string => `{"term": {"owner": "${owner}"}}`;
const forgotten = (...index_permissions: Body[]): string[] =>
  findingsOn(roles({ index_permissions }))
    .filter(({ code }) => code === "overridden-restriction")
    .map(({ message, servers }) => `${message} ${servers?.since}`);

describe("parts of roles that change nothing", () => {
  test.each<[string, Body]>([
    ["no patterns", { index_permissions: [block({ index_patterns: [] })] }],
    ["patterns that are not there", { index_permissions: [{ allowed_actions: ["read"] }] }],
    ["no actions", { index_permissions: [block({ allowed_actions: [] })] }],
    ["no tenants", { tenant_permissions: [{ allowed_actions: ["kibana_all_read"] }] }],
    ["more than everything", { cluster_permissions: ["*", "cluster_monitor"] }],
    ["more than everything on indices", { index_permissions: [block({ allowed_actions: ["read", "*"] })] }],
  ])("%s", (_, body) => {
    expect(codesOn(roles(body)).filter((code) => code === "warning no-effect")).toHaveLength(1);
  });

  test.each<[string, Body]>([
    ["restrictions without actions", { index_permissions: [block({ allowed_actions: [], fls: ["a"] })] }],
    ["tenants to read", { tenant_permissions: [{ tenant_patterns: ["*"], allowed_actions: [] }] }],
    ["what everything does not include", { cluster_permissions: ["*", "restapi:admin/*"] }],
    ["everything alone", { cluster_permissions: ["*"] }],
    ["nothing at all", {}],
  ])("%s are something", (_, body) => {
    expect(codesOn(roles(body)).filter((code) => code.includes("no-effect"))).toEqual([]);
  });

  test("the server forgets the first of two restrictions of one pattern", () => {
    expect(forgotten(block({ dls: dls("a") }), block({ index_patterns: ["b", "a"], dls: dls("b") }))).toEqual(
      [
        "index_permissions[0].dls is forgotten from 3.0 on: of the same pattern, index_permissions[1].dls alone counts 3.0",
      ],
    );
    expect(forgotten(block({ fls: ["a"] }), block({ fls: ["b"] }))).toHaveLength(1);
    expect(forgotten(block({ dls: dls("a") }), block({ dls: dls("a") }))).toEqual([]);
    expect(forgotten(block({ dls: dls("a") }), block({ fls: ["a"] }))).toEqual([]);
    expect(forgotten(block({ dls: dls("a") }), block({ index_patterns: ["b"], dls: dls("b") }))).toEqual([]);
  });
});

describe("names of actions", () => {
  test.each([
    ["cluster:monitor/heath", "cluster:monitor/health"],
    ["indices:data/read/serach", "indices:data/read/search"],
    ["Cluster:monitor/health", "cluster:monitor/health"],
    ["cluster:monitro/*", "cluster:monitor/*"],
  ])("%s is nearly one", (text, meant) => {
    expect(cluster(text)).toEqual([`unknown-action: did you mean "${meant}"?`]);
  });

  test.each([
    "cluster:monitor/health",
    "indices:data/write/bulk[s]",
    "cluster:admin/ours/jobs/get",
    "cluster:admin/script/set",
    "cluster:admin/scripts/get",
    "indices:data/read*",
    "indices:data/*/search",
    "cluster:*",
    "/cluster:monitor\\/heath/",
    "custom:ours/health",
  ])("%s may be one", (text) => {
    expect(cluster(text).filter((one) => one.startsWith("unknown-action"))).toEqual([]);
  });

  test("are looked for in every list of permissions", () => {
    const allowed_actions = ["indices:data/read/serach"];
    expect(codesOn({ actiongroups: { g: { allowed_actions } } })).toEqual(["warning unknown-action"]);
    expect(codesOn(roles({ index_permissions: [block({ allowed_actions })] }))).toEqual([
      "warning unknown-action",
    ]);
  });
});

describe("who gets in", () => {
  test.each<[string, Body]>([
    ["anonymous callers by name", { users: ["opendistro_security_anonymous"] }],
    ["anonymous callers by role", { backend_roles: ["opendistro_security_anonymous_backendrole"] }],
    ["any name", { users: ["*"] }],
    ["any backend role", { backend_roles: ["/.*/"] }],
    ["any host", { hosts: ["*"] }],
  ])("%s may do everything", (_, body) => {
    expect(codesOn({ rolesmapping: { all_access: body } })).toEqual(["warning everyone-is-administrator"]);
    const own = { rolesmapping: { own: body } };
    expect(codesOn({ roles: { own: { cluster_permissions: ["*"] } }, ...own })).toEqual([
      "warning everyone-is-administrator",
    ]);
    expect(codesOn({ roles: { own: { cluster_permissions: ["read"] } }, ...own })).toEqual([]);
  });

  test.each<[string, Value, string[]]>([
    ["no domain", {}, ["warning no-login-domain"]],
    ["one that is off", { a: { http_enabled: false } }, ["warning no-login-domain"]],
    [
      "one that is blank",
      { a: { http_enabled: null } },
      ["warning no-login-domain", "warning converted-value"],
    ],
    ["one that is zero", { a: { http_enabled: 0 } }, ["warning no-login-domain", "warning converted-value"]],
    ["one that says nothing", { a: {} }, []],
    ["one that is on", { a: { http_enabled: false }, b: { http_enabled: true } }, []],
    ["one that nobody knows", { a: { http_enabled: new Secret(undefined, "${env.ON}") } }, []],
  ])("%s", (_, authc, codes) => {
    expect(codesOn(domains(authc)).toSorted()).toEqual(codes.toSorted());
  });

  test("a key without a value is told for securityadmin's sake", () => {
    const on_behalf_of = { signing_key: new Secret(undefined, "${env.KEY}"), encryption_key: "YWJj" };
    expect(codesOn({ config: { config: { dynamic: { on_behalf_of } } } })).toEqual(["notice unset-key"]);
  });
});

const findInTokens = (on_behalf_of: Body) =>
  findingsOn({ config: { config: { dynamic: { on_behalf_of } } } }).map(({ code, servers }) => ({
    code,
    servers,
  }));

describe("a signing key without an encryption key", () => {
  test("must be a good one from 3.6 on", () => {
    expect(findInTokens({ enabled: false, signing_key: "c2hvcnQ=" })).toEqual([
      { code: "unloadable-key", servers: { since: "3.6" } },
    ]);
  });

  test("signs tokens from 3.6 on", () => {
    const found = findInTokens({ enabled: true, signing_key: "k".repeat(64) });
    expect(found).toMatchObject([{ code: "incomplete-on-behalf-of", servers: { until: "3.6" } }]);
    expect(findInTokens({ enabled: true, encryption_key: "YWJj" })).toMatchObject([
      { code: "incomplete-on-behalf-of", servers: undefined },
    ]);
  });
});

test("a text that a list has already is found in every list, with its place", () => {
  const told = findingsOn({
    rolesmapping: { r: { users: ["a", "b", "a"], hosts: ["10.0.0.1", "10.0.0.1"] } },
    internalusers: { u: { hash: "$2y$12$", backend_roles: ["x", "x", "y"] } },
    audit: { config: { audit: { ignore_users: ["a", "a"] } } },
  }).flatMap(({ code, message }) => (code === "repeated-item" ? [message] : []));
  expect(told.toSorted()).toEqual([
    'audit.ignore_users[1]: "a" is in the list already',
    'backend_roles[1]: "x" is in the list already',
    'hosts[1]: "10.0.0.1" is in the list already',
    'users[2]: "a" is in the list already',
  ]);
});

const settings = (http_authenticator: Body, backend: Body = {}): string[] =>
  codesOn(
    domains({
      d: {
        http_authenticator: { type: "proxy", config: http_authenticator },
        authentication_backend: { type: "ldap", config: backend },
      },
    }),
  );

describe("settings of domains that the plugin compiles", () => {
  test.each<[Body, Body]>([
    [{ roles_separator: "(" }, {}],
    [{ roles_seperator: "*" }, {}],
    [{ skip_users: ["/(/"] }, {}],
    [{}, { exclude_roles: ["a", "/*/"] }],
    [{}, { custom_attr_allowlist: "/(/" }],
  ])("%j, %j is broken", (http, backend) => {
    expect(settings(http, backend)).toEqual(["error bad-pattern"]);
  });

  test("one alone splits every letter", () => {
    expect(settings({ roles_separator: "|" })).toEqual(["warning splits-every-character"]);
  });

  test.each<[Body, Body]>([
    [{ roles_separator: "\\|" }, {}],
    [{ roles_separator: "," }, {}],
    [{ roles_separator: "[|]" }, {}],
    [{}, { skip_users: ["*", "cn=a,*", "/a.*/"] }],
    [{ user_header: "(" }, { usersearch: "(uid={0})" }],
  ])("%j, %j is fine", (http, backend) => {
    expect(settings(http, backend)).toEqual([]);
  });
});
