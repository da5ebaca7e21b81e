import { describe, expect, test } from "vitest";
import {
  can,
  findExplicitPermission,
  findRestrictions,
  findTenantAccess,
  identifyCaller,
  operations,
  type NodeSettings,
  type Subject,
} from "../../../../src/access/effective/index.ts";
import type { Body } from "../../../../src/model/value.ts";
import { access, ask, askAs, block, names, role, user, type Cluster } from "./documents.ts";

const shop = names({ "shop-a": ["shop"], "shop-b": ["shop"] });
const events = names({ ".ds-events-1@events": [] });

/** A cluster whose roles ann has, all of them. */
function toAnn(roles: Readonly<Record<string, Body>>): Cluster {
  const mappings = Object.fromEntries(Object.keys(roles).map((name) => [name, { users: ["ann"] }]));
  return { roles, mappings, users: { ann: { attributes: { team: "red" } } } };
}

const byTenant = (pattern: string): Cluster => ({
  ...toAnn({
    r: { tenant_permissions: [{ tenant_patterns: [pattern], allowed_actions: ["kibana_all_read"] }] },
  }),
  tenants: ["ann-t", "red", "red-1"],
});

const divided = toAnn({ one: role(block(["shop-a"], ["read"])), two: role(block(["shop-b"], ["read"])) });
const shrinking = { do_not_fail_on_forbidden: true };
const oneRole = { multi_rolespan_enabled: false };

type Ask = (cluster: Cluster) => string;

const search =
  (...expressions: string[]): Ask =>
  (cluster) =>
    ask(access(cluster), "ann", "search", ...expressions);

const operation =
  (what: string, ...expressions: string[]): Ask =>
  (cluster) =>
    ask(access(cluster), "ann", what, ...expressions);

const uses =
  (tenant: string): Ask =>
  (cluster) => {
    const of = access(cluster);
    const found = findTenantAccess(of, user(of, "ann"), tenant);
    return (["read", "write"] as const).filter((use) => found[use].is === "yes").join(" ");
  };

const documents: Ask = (cluster) => {
  const of = access(cluster);
  return findRestrictions(of, user(of, "ann"), "shop-a").documents.are;
};

const isRewritten: Ask = (cluster) => {
  const of = access(cluster);
  const { decision } = can(of, user(of, "ann"), "indices:data/read/search", {
    kind: "indices",
    expressions: ["shop-a"],
  });
  return `${decision.verdict} ${"isRewritten" in decision && decision.isRewritten === true}`;
};

/** Of each difference between versions, the last version before it, and the first one with it. */
test.for<[what: string, Cluster, Ask, versions: [string, string], answers: [string, string]]>([
  [
    "_all is every index, and then a name",
    { ...toAnn({ r: role(block(["_all"], ["read"])) }), names: shop },
    search("shop-a"),
    ["2.18.0", "2.19.0"],
    ["allowed", "denied"],
  ],
  [
    "one role alone must permit everything",
    { ...divided, names: shop, dynamic: oneRole },
    search("shop-a", "shop-b"),
    ["2.18.0", "2.19.0"],
    ["denied", "allowed"],
  ],
  [
    "backing indices are judged beside their data stream",
    { ...toAnn({ r: role(block([".ds-events-*"], ["read"])) }), names: events },
    search("events"),
    ["2.18.0", "2.19.0"],
    ["denied", "partly 403 .ds-events-1"],
  ],
  [
    "backing indices are judged no more",
    { ...toAnn({ r: role(block([".ds-events-*"], ["read"])) }), names: events },
    search("events"),
    ["2.19.4", "3.0.0"],
    ["partly 403 .ds-events-1", "denied"],
  ],
  [
    "a clone is judged by its names",
    { ...toAnn({ r: role(block(["shop-*"], ["*"])) }), names: shop },
    operation("clone an index", "shop-a"),
    ["2.11.1", "2.12.0"],
    ["denied", "allowed"],
  ],
  [
    "a service account has no cluster permissions",
    { ...toAnn({ r: { cluster_permissions: ["*"] } }), users: { ann: { attributes: { service: "true" } } } },
    operation("see the cluster's health"),
    ["2.11.1", "2.12.0"],
    ["allowed", "denied"],
  ],
  [
    "aliases are reduced to the permitted indices",
    { ...toAnn({ r: role(block(["shop-a"], ["*"])) }), names: shop, dynamic: shrinking },
    operation("get aliases", "shop-a", "shop-b"),
    ["2.14.0", "2.15.0"],
    ["partly 403 shop-a", "partly shrunk shop-a"],
  ],
  [
    "permitted requests are not rewritten any more",
    { ...divided, names: shop, dynamic: shrinking },
    isRewritten,
    ["2.18.0", "2.19.0"],
    ["allowed true", "allowed false"],
  ],
  [
    "several blocks permit the actions of a request together",
    {
      ...toAnn({
        r: role(
          block(["shop-a"], ["indices:data/read/search"]),
          block(["shop-a"], ["indices:admin/shards/search_shards"]),
        ),
      }),
      names: shop,
      dynamic: shrinking,
    },
    operation("find shards", "shop-a"),
    ["2.18.0", "2.19.0"],
    ["denied", "allowed"],
  ],
  [
    "several searches are judged by their cluster permission alone",
    {
      ...toAnn({
        r: {
          cluster_permissions: ["indices:data/read/msearch"],
          index_permissions: [block(["shop-a"], ["read"])],
        },
      }),
      names: shop,
      dynamic: shrinking,
    },
    operation("search several times", "shop-a"),
    ["2.15.0", "2.16.0"],
    ["unknown request-content", "allowed"],
  ],
  [
    "what is no query fails, and then leaves the answer to the server",
    toAnn({ r: role(block(["shop-a"], ["read"], { dls: "no query" })) }),
    documents,
    ["2.19.4", "3.0.0"],
    ["errors", "unknown"],
  ],
  [
    "a tenant's pattern may begin with the name of the caller",
    byTenant("${user.name}-t"),
    uses("ann-t"),
    ["3.0.0", "3.1.0"],
    ["", "read"],
  ],
  [
    "an attribute of the caller gives a name of a tenant, and then a pattern",
    byTenant("${attr.internal.team}*"),
    uses("red-1"),
    ["3.0.0", "3.1.0"],
    ["", "read"],
  ],
  [
    "an attribute of the caller gives a name of a tenant",
    byTenant("${attr.internal.team}"),
    uses("red"),
    ["3.0.0", "3.1.0"],
    ["read", "read"],
  ],
  [
    "variables have defaults",
    toAnn({ r: role(block(["${attr.internal.none:-shop}-a"], ["read"])) }),
    search("shop-a"),
    ["3.6.0", "3.7.0"],
    ["denied", "unknown variable"],
  ],
  [
    "the evaluation v4",
    { ...divided, dynamic: { privileges_evaluation_type: "v4" } },
    search("shop-a"),
    ["3.6.0", "3.7.0"],
    ["allowed", "unknown evaluation-v4"],
  ],
  [
    "ecs-logstash-* is a pattern of the role logstash",
    { mappings: { logstash: { users: ["ann"] } }, users: { ann: {} } },
    search("ecs-logstash-1"),
    ["2.16.0", "2.17.0"],
    ["denied", "allowed"],
  ],
])("with a version: %s", ([, cluster, answer, versions, answers]) => {
  expect(versions.map((version) => answer({ ...cluster, version }))).toEqual(answers);
});

const all = toAnn({ r: { cluster_permissions: ["*"], index_permissions: [block(["*"], ["*"])] } });
const special = names({ plain: [], own: [], ".plugins-ml": [], ".security": [] });

/** Of each setting of the nodes, the answers with its default and with another value. */
test.for<[Partial<NodeSettings>, Cluster, Ask, answers: [string, string]]>([
  [{ config_index_name: ".security" }, all, operation("put settings", ".security"), ["allowed", "denied"]],
  [
    { config_index_name: ".security" },
    all,
    operation("put settings", ".opendistro_security"),
    ["denied", "partly 404 .opendistro_security"],
  ],
  [{ "system_indices.enabled": true }, all, search(".plugins-ml"), ["allowed", "unknown system-index"]],
  [{ "system_indices.enabled": true }, all, search("own"), ["allowed", "allowed"]],
  [
    { "system_indices.enabled": true, "system_indices.indices": ["o*"] },
    all,
    search("own"),
    ["allowed", "unknown system-index"],
  ],
  [{ "system_indices.indices": ["o*"] }, all, search("own"), ["allowed", "allowed"]],
  [
    { "system_indices.permission.enabled": true },
    all,
    search(".plugins-ml"),
    ["allowed", "unknown system-index"],
  ],
  [{ "system_indices.permission.enabled": true }, all, search(".opendistro_security"), ["allowed", "denied"]],
  [
    { "protected_indices.enabled": true, "protected_indices.indices": ["o*"] },
    all,
    search("own"),
    ["allowed", "unknown setting"],
  ],
  [{ "protected_indices.indices": ["o*"] }, all, search("own"), ["allowed", "allowed"]],
  [
    { "compliance.immutable_indices": ["o*"] },
    all,
    operation("delete an index", "own"),
    ["allowed", "unknown setting"],
  ],
  [{ "compliance.immutable_indices": ["o*"] }, all, search("own"), ["allowed", "allowed"]],
  [{ roles_mapping_resolution: "BOTH" }, all, search("own"), ["allowed", "unknown setting"]],
  [{ roles_mapping_resolution: "BACKENDROLES_ONLY" }, all, search("own"), ["allowed", "unknown setting"]],
])("the setting %j of the nodes", ([settings, cluster, answer, answers]) => {
  const given = { ...cluster, names: special };
  expect([answer(given), answer({ ...given, settings })]).toEqual(answers);
});

test.for(["2.18.0", "2.19.0", "3.0.0"])("use_legacy_impl makes 2.19 alone judge as 2.18: %s", (version) => {
  const given = { ...toAnn({ r: role(block(["_all"], ["read"])) }), names: shop, version };
  const answers = [false, true].map((isOld) =>
    search("shop-a")({ ...given, settings: { "privileges_evaluation.use_legacy_impl": isOld } }),
  );
  expect(answers).toEqual(
    { "2.18.0": ["allowed", "allowed"], "2.19.0": ["denied", "allowed"], "3.0.0": ["denied", "denied"] }[
      version
    ],
  );
});

/** Of each setting of `config`, the answers without it and with it. */
test.for<[Body, Cluster, Ask, answers: [string, string]]>([
  [
    { kibana: { multitenancy_enabled: false } },
    all,
    search(".kibana"),
    ["unknown dashboards-index", "allowed"],
  ],
  [{ kibana: { index: ".own" } }, all, search(".own"), ["allowed", "unknown dashboards-index"]],
  [{ kibana: { index: ".own" } }, all, search(".kibana"), ["unknown dashboards-index", "allowed"]],
  [{ kibana: { server_username: "ann" } }, all, search(".kibana"), ["unknown dashboards-index", "allowed"]],
  [{ kibana: { private_tenant_enabled: false } }, all, uses("__user__"), ["read write", ""]],
  [{ kibana: { private_tenant_enabled: false } }, all, uses("ann"), ["read write", ""]],
  [{ respect_request_indices_options: true }, all, search("own*"), ["allowed", "unknown request-options"]],
  [{ respect_request_indices_options: true }, all, search("own", ".kibana"), ["allowed", "allowed"]],
])("the setting %j of config", ([dynamic, cluster, answer, answers]) => {
  const given = { ...cluster, names: names({ own: [], ".own": [], ".kibana": [] }) };
  expect([answer(given), answer({ ...given, dynamic })]).toEqual(answers);
});

describe("multi_rolespan_enabled: false", () => {
  const both = block(["shop-*"], ["read"]);
  test.for<[string, string[], Readonly<Record<string, Body>>, string]>([
    ["one role permits one index", ["shop-a"], divided.roles!, "allowed"],
    ["no role permits all of them", ["shop-a", "shop-b"], divided.roles!, "denied"],
    ["one of two roles permits all", ["shop-a", "shop-b"], { ...divided.roles, two: role(both) }, "allowed"],
    [
      "one of three roles permits all",
      ["shop-a", "shop-b"],
      { ...divided.roles, three: role(both) },
      "allowed",
    ],
    [
      "a single role of two blocks",
      ["shop-a", "shop-b"],
      { one: role(...["shop-a", "shop-b"].map((name) => block([name], ["read"]))) },
      "allowed",
    ],
    ["nobody permits one of them", ["shop-a", "other"], divided.roles!, "partly 403 shop-a"],
  ])("%s", ([, expressions, roles, answer]) => {
    const given = { ...toAnn(roles), version: "2.11.1", dynamic: oneRole };
    expect(
      search(...expressions)({ ...given, names: names({ "shop-a": [], "shop-b": [], other: [] }) }),
    ).toBe(answer);
  });
});

const asksExplicitly: Ask = (cluster) => {
  const of = access(cluster);
  const { is } = findExplicitPermission(of, user(of, "ann"), "restapi:admin/roles");
  return is === "yes" ? "allowed" : is;
};

const asksTenant: Ask = (cluster) => {
  const of = access(cluster);
  const { is } = findTenantAccess(of, user(of, "ann"), "sales").read;
  return is === "yes" ? "allowed" : is;
};

/** Every question is open if the only role that permits it is in doubt; another role without doubt closes it. */
describe("a doubt about a role is a doubt about all that it gives", () => {
  const questions: Readonly<Record<string, Ask>> = {
    "an index": search("shop-a"),
    "the cluster": operation("see the cluster's health"),
    "an explicit permission": asksExplicitly,
    "a tenant": asksTenant,
  };
  const onlyJava = "/\\p{Alpha}++/";
  const broad = {
    cluster_permissions: ["cluster:*", "restapi:*"],
    index_permissions: [block(["shop-*"], ["read"])],
    tenant_permissions: [{ tenant_patterns: ["sales"], allowed_actions: ["kibana_all_read"] }],
  };
  const doubts: Readonly<Record<string, readonly [role: Body, mapping: Body]>> = {
    "its mapping names a host": [broad, { hosts: ["build-*.example.com"] }],
    "its mapping is an expression": [broad, { users: [onlyJava] }],
    "the cluster permissions have an expression": [
      { ...broad, cluster_permissions: [...broad.cluster_permissions, onlyJava] },
      { users: ["ann"] },
    ],
    "another block has an expression": [
      { ...broad, index_permissions: [...broad.index_permissions, block(["b"], [onlyJava])] },
      { users: ["ann"] },
    ],
  };
  const cases = Object.keys(doubts).flatMap((doubt) =>
    Object.keys(questions)
      .filter((question) => question !== "a tenant" || doubt.startsWith("its mapping"))
      .map((question) => [doubt, question] as const),
  );

  test.for(cases)("%s: %s", ([doubt, question]) => {
    const [role, mapping] = doubts[doubt]!;
    const doubtful = { roles: { r: role }, mappings: { r: mapping }, users: { ann: {} } };
    const dynamic = { hosts_resolver_mode: "ip-hostname" };
    const given = { ...doubtful, tenants: ["sales"], names: shop, dynamic };
    const sure = {
      roles: { ...given.roles, s: broad },
      mappings: { ...given.mappings, s: { users: ["ann"] } },
    };
    const answer = questions[question]!;
    expect(answer(given)).toMatch(/^un(sure|known)/);
    expect(answer({ ...given, ...sure })).toBe("allowed");
  });
});

/** What a minus sign means depends on its place. */
test.for([
  ["after a wildcard it removes names", ["shop-*", "-shop-b"], "allowed"],
  ["after a wildcard it removes what another wildcard matches", ["shop-*", "-*-b"], "allowed"],
  ["in the first wildcard it is part of the name", ["-shop-*"], "allowed"],
  ["in the first wildcard it is part of the name, others follow", ["-shop-*", "shop-b"], "denied"],
  ["in the first wildcard it removes no name before it", ["shop-b", "-shop-*"], "denied"],
  ["in the second wildcard it removes names before it", ["shop-b", "shop-a*", "-*-b"], "allowed"],
  ["before the first wildcard it is a name that does not exist", ["-shop-b", "shop-*"], "denied"],
  ["without a wildcard it is a name that does not exist", ["shop-a", "-shop-b"], "partly 403 shop-a"],
  ["names come back after it", ["shop-*", "-shop-b", "shop-b"], "partly 403 shop-a"],
] as const)("a minus sign in a request: %s", ([, expressions, answer]) => {
  const roles = { ann: role(block(["shop-a"], ["read"])) };
  expect(
    ask(access({ roles, names: names({ "shop-a": [], "shop-b": [] }) }), "ann", "search", ...expressions),
  ).toBe(answer);
});

/** Indices of each sort: an alias, a data stream, hidden ones, a closed one. */
const sorts = names({
  x: [],
  "logs-1": ["recent"],
  "hid!": [],
  ".hid!": [],
  "shut~": [],
  ".ds-events-1@events": [],
});

/** The queries on an index, if a role of ann restricts a pattern by a query, and another lets her read everything. */
function restricts(pattern: string, index: string, cluster: Cluster = { names: sorts }): string {
  const roles = {
    r: role(block([pattern], ["read"], { dls: '{"term":{"k":"a"}}' })),
    all: role(block(["*"], ["read"])),
  };
  const of = access({ ...toAnn(roles), version: "2.19.4", ...cluster });
  const { documents } = findRestrictions(of, user(of, "ann"), index);
  return documents.are === "unknown" ? documents.reasons.map(({ code }) => code).join() : documents.are;
}

/**
 * Up to 2.19 the server stores a query under the indices that its pattern resolves to, in all sorts of names. If it
 * resolves to none, it stores the query under the pattern itself.
 */
test.for<[pattern: string, index: string, answer: string]>([
  ["logs-*", "logs-1", "some"],
  ["logs-*", "x", "all"],
  ["logs-2", "logs-1", "all"],
  ["recent", "logs-1", "some"],
  ["rec*", "logs-1", "some"],
  ["/rec.*/", "logs-1", "some"],
  ["recent", "x", "all"],
  ["_all", "logs-1", "some"],
  ["_all", "hid", "all"],
  ["_all", ".ds-events-1", "some"],
  ["*", "x", "some"],
  ["*", "hid", "all"],
  ["h*", "hid", "some"],
  [".h*", ".hid", "some"],
  ["*hid", ".hid", "some"],
  ["hid", "hid", "some"],
  ["events", ".ds-events-1", "some"],
  ["ev*", ".ds-events-1", "some"],
  [".ds-ev*", ".ds-events-1", "some"],
  ["?", "x", "some"],
  ["?", "logs-1", "all"],
  ["/log.*/", "logs-1", "some"],
  ["/log.*/", "x", "all"],
  ["<logs-{now/d}>", "logs-1", "date-math"],
  ["<logs-{now/d}", "logs-1", "all"],
  ["${attr.internal.team}", "x", "all"],
])("up to 2.19 a query for %s on %s restricts %s", ([pattern, index, answer]) => {
  expect(restricts(pattern, index)).toBe(answer);
});

test("without names, a query is stored under its pattern; a role without one may lift it", () => {
  expect(["logs-*", "log?-1", "x", "_all"].map((pattern) => restricts(pattern, "logs-1", {}))).toEqual([
    "some",
    "some",
    "all",
    "all",
  ]);
  const lifts = { names: sorts, settings: { dfm_empty_overrides_all: true } };
  expect(restricts("logs-*", "logs-1", lifts)).toBe("all");
  expect(restricts("*", "logs-1", lifts)).toBe("all");
});

test.for<[pattern: string, index: string, answer: string]>([
  ["_all", "x", "allowed"],
  ["_all", "hid", "denied"],
  ["_all", "shut", "denied"],
  ["_all", ".ds-events-1", "allowed"],
  ["<x-{now/d}>", "x", "denied"],
  ["<x{now/d}>", "x", "unknown date-math"],
  ["<lo*-{now/d}>", "logs-1", "unknown date-math"],
  ["<lo$-{now/d}>", "logs-1", "unknown date-math"],
  ["<y{now/d}>", "logs-1", "denied"],
  ["<logs-1", "logs-1", "denied"],
  ["logs-1>", "logs-1", "denied"],
])("up to 2.18 the pattern %s lets ann search %s: %s", ([pattern, index, answer]) => {
  const given = { ...toAnn({ r: role(block([pattern], ["read"])) }), names: sorts, version: "2.18.0" };
  expect(search(index)(given)).toBe(answer);
});

const asksTenants =
  (tenant: string, use: "read" | "save", subject: Subject = { kind: "user", name: "ann" }): Ask =>
  (cluster) => {
    const of = access(cluster);
    const { decision } = can(of, identifyCaller(of, subject), `${use} in Dashboards`, {
      kind: "tenant",
      name: tenant,
    });
    if (decision.verdict === "unknown") return decision.reasons.map(({ code }) => code).join();
    return decision.verdict === "denied"
      ? `denied ${decision.missing.map(({ what }) => what).join()}`
      : decision.verdict;
  };

const forTenant = (pattern: string, action = "kibana_all_read"): Body => ({
  cluster_permissions: ["indices:data/write/bulk"],
  tenant_permissions: [{ tenant_patterns: [pattern], allowed_actions: [action] }],
});
const byHost = { mappings: { r: { hosts: ["build-*"] }, kibana_user: { hosts: ["build-*"] } } };
const named = { tenants: ["sales", "ann-t"], dynamic: { hosts_resolver_mode: "ip-hostname" } };

/** An answer about a tenant in each case that has one. */
test.for<[what: string, Ask, Cluster, answer: string]>([
  ["a tenant that a role reads", asksTenants("sales", "read"), toAnn({ r: forTenant("sales") }), "allowed"],
  ["and does not write", asksTenants("sales", "save"), toAnn({ r: forTenant("sales") }), "denied write"],
  [
    "one that it writes",
    asksTenants("sales", "save"),
    toAnn({ r: forTenant("sales", "kibana_all_write") }),
    "allowed",
  ],
  ["another tenant", asksTenants("sales", "read"), toAnn({ r: forTenant("other") }), "denied read"],
  ["no tenant", asksTenants("none", "read"), toAnn({ r: forTenant("*") }), "denied there is no tenant none"],
  ["her own tenant", asksTenants("ann", "save"), toAnn({ r: forTenant("other") }), "allowed"],
  [
    "a pattern that only Java reads",
    asksTenants("sales", "read"),
    toAnn({ r: forTenant("/\\p{Lower}++/") }),
    "expression",
  ],
  [
    "a role by a host",
    asksTenants("sales", "read"),
    { ...toAnn({ r: forTenant("sales") }), ...byHost },
    "address",
  ],
  [
    "the global tenant, by a role with a host",
    asksTenants("global_tenant", "save"),
    { ...toAnn({ r: forTenant("other") }), ...byHost },
    "address,address",
  ],
  [
    "the global tenant, by a role of every kind",
    asksTenants("global_tenant", "save"),
    {
      ...toAnn({ r: forTenant("other") }),
      mappings: { r: { users: ["ann"] }, kibana_user: { users: ["ann"] } },
    },
    "allowed",
  ],
  [
    "the global tenant, without one",
    asksTenants("global_tenant", "read"),
    toAnn({ r: forTenant("other") }),
    "denied read",
  ],
  [
    "roles that cannot be told",
    asksTenants("sales", "read"),
    { ...toAnn({ r: forTenant("sales") }), settings: { roles_mapping_resolution: "BOTH" } },
    "setting",
  ],
  [
    "nobody's login",
    asksTenants("sales", "read", { kind: "user", name: "eve" }),
    toAnn({ r: forTenant("sales") }),
    'denied there is no internal user "eve"',
  ],
  [
    "the certificate",
    asksTenants("none", "save", { kind: "certificate" }),
    toAnn({ r: forTenant("x") }),
    "allowed",
  ],
  [
    "a tenant by the name of anybody",
    asksTenants("ann-t", "read", { kind: "backend-role", name: "staff" }),
    { roles: { r: forTenant("${user.name}-t") }, mappings: { r: { backend_roles: ["staff"] } } },
    "denied read",
  ],
])("what decides about a tenant: %s", ([, answer, cluster, expected]) => {
  expect(answer({ ...named, ...cluster })).toBe(expected);
});

test("on an index that does not exist, whoever may do everything can do what creates it, and finds nothing with the rest", () => {
  const of = access({
    ...toAnn({ r: { ...role(block(["*"], ["*"])), cluster_permissions: ["*"] } }),
    names: shop,
  });
  const answers = Object.keys(operations).map((what) => [what, ask(of, "ann", what, "missing")] as const);
  const allowed = answers.filter(([, answer]) => answer === "allowed").map(([what]) => what);
  const finding = answers.filter(([, answer]) => answer === "partly 404 missing").map(([what]) => what);
  expect(allowed).toEqual(
    expect.arrayContaining([
      "create an index",
      "index into a missing index",
      "upsert into a missing index",
      "bulk index",
    ]),
  );
  expect(finding).toEqual(
    expect.arrayContaining(["search", "get a document", "delete an index", "put mappings"]),
  );
  for (const what of ["search", "put settings", "get mappings"]) expect(allowed).not.toContain(what);
});

/** What the server writes into a query for each variable. */
test.for<[variable: string, value: string]>([
  ['"${user.name}"', '"ann"'],
  ['"${user_name}"', '"ann"'],
  ["${user.roles}", '"eu","staff"'],
  ["${user_roles}", '"eu","staff"'],
  ["${user.securityRoles}", '"r","s"'],
  ["${user_securityRoles}", '"r","s"'],
  ['"${attr.internal.team}"', '"red"'],
  ['"${attr_internal_team}"', '"red"'],
])("the variable %s in a query is %s", ([variable, value]) => {
  const of = access({
    roles: { r: role(block(["shop-*"], ["read"], { dls: `{"terms":{"k":[${variable}]}}` })), s: role() },
    mappings: { r: { users: ["ann"] }, s: { users: ["ann"] } },
    users: { ann: { backend_roles: ["eu", "staff"], attributes: { team: "red" } } },
    names: shop,
  });
  const { documents } = findRestrictions(of, user(of, "ann"), "shop-a");
  expect(documents.are === "some" ? documents.queries.map((query) => query.value) : documents.are).toEqual([
    `{"terms":{"k":[${value}]}}`,
  ]);
});

/** Which fact is missing, if the roles of the subject are not known for certain. */
test.for<[mapping: Body, subject: Subject, answer: string]>([
  [
    { backend_roles: ["staff"] },
    { kind: "external", name: "bob", backendRoles: [], mayHaveMore: true },
    "unknown backend-roles",
  ],
  [{ backend_roles: ["staff"] }, { kind: "external", name: "bob", backendRoles: [] }, "denied"],
  [
    { backend_roles: ["staff"] },
    { kind: "external", name: "bob", backendRoles: ["staff"], mayHaveMore: true },
    "allowed",
  ],
  [
    { and_backend_roles: ["staff", "eu"] },
    { kind: "external", name: "bob", backendRoles: ["staff"], mayHaveMore: true },
    "unknown backend-roles",
  ],
  [{ users: ["/\\p{Lower}++/"] }, { kind: "external", name: "bob", backendRoles: [] }, "unknown expression"],
  [{ users: ["bob", "/\\p{Lower}++/"] }, { kind: "external", name: "bob", backendRoles: [] }, "allowed"],
  [{ users: ["/\\p{Lower}++/", "bob"] }, { kind: "external", name: "bob", backendRoles: [] }, "allowed"],
  [{ hosts: ["10.*"] }, { kind: "external", name: "bob", backendRoles: [] }, "unknown address"],
  [{ hosts: ["10.*"] }, { kind: "external", name: "bob", backendRoles: [], address: "10.1.2.3" }, "allowed"],
  [{ hosts: ["10.*"] }, { kind: "external", name: "bob", backendRoles: [], address: "11.1.2.3" }, "denied"],
])("with the mapping %j %j is answered: %s", ([mapping, subject, answer]) => {
  const roles = { r: role(block(["shop-*"], ["read"])) };
  expect(askAs(access({ roles, mappings: { r: mapping }, names: shop }), subject, "search", "shop-a")).toBe(
    answer,
  );
});

const readsOne = toAnn({ r: role(block(["shop-a"], ["read"])) });
const readsEach = toAnn({ r: role(block(["shop-*"], ["read"])) });

/** Up to 2.18, a request for all indices is one name, which only `*` covers. Later it asks for the security index, too. */
test.for<[what: string, Partial<Cluster>, until: string, since: string]>([
  ["all permitted", toAnn({ r: role(block(["*"], ["*"])) }), "allowed", "allowed"],
  ["each permitted", readsEach, "denied", "partly 403 shop-a,shop-b"],
  ["one of two permitted", readsOne, "denied", "partly 403 shop-a"],
  [
    "each permitted, and requests shrink",
    { ...readsEach, dynamic: shrinking },
    "partly shrunk shop-a,shop-b",
    "partly shrunk shop-a,shop-b",
  ],
  [
    "one permitted, and requests shrink",
    { ...readsOne, dynamic: shrinking },
    "partly shrunk shop-a",
    "partly shrunk shop-a",
  ],
  [
    "none permitted, and requests shrink",
    { ...toAnn({ r: role() }), dynamic: shrinking },
    "denied",
    "denied",
  ],
])("a request for all indices: %s", ([, cluster, until, since]) => {
  const answers = (version: string): string[] =>
    [search("*"), search("_all"), search()].map((answer) => answer({ ...cluster, names: shop, version }));
  expect(answers("2.18.0")).toEqual([until, until, until]);
  expect(answers("3.4.0")).toEqual([since, since, since]);
});

test("without names, a request for all indices is open if indices of the system may be among them", () => {
  const given = toAnn({ r: role(block(["*"], ["*"])) });
  expect([search("*")(given), search("shop-*")(given)]).toEqual(["allowed", "allowed"]);
  const guarded = { ...given, settings: { "system_indices.enabled": true } };
  expect([search("*")(guarded), search("shop-*")(guarded)]).toEqual([
    "unknown system-index",
    "unknown system-index",
  ]);
});
