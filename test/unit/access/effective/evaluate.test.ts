import type { Json } from "../../../../src/model/value.ts";
import { describe, expect, test } from "vitest";
import {
  can,
  findExplicitPermission,
  findRestrictions,
  findTenantAccess,
  isFieldMasked,
  isFieldVisible,
  operations,
  parseClusterNames,
  type Access,
  type Subject,
} from "../../../../src/access/effective/index.ts";
import type { Body } from "../../../../src/model/value.ts";
import { access, ask, askAs, block, names, role, user } from "./documents.ts";

/** The entries that come closest to what a user lacks. */
function nearest(of: Access, name: string, what: string, index: string): string[] {
  const { decision } = can(of, user(of, name), what, { kind: "indices", expressions: [index] });
  const missing = decision.verdict === "denied" ? decision.missing : [];
  return missing.flatMap((one) => one.nearest.map(({ pointer, value }) => `${pointer} ${value}`));
}

/** Whether ann sees the member `o.p` of an object. */
function shown(version: string, ...fls: string[]): boolean | undefined {
  const of = access({ version, roles: { ann: role(block(["x"], ["read"], { fls })) } });
  return isFieldVisible(of, findRestrictions(of, user(of, "ann"), "x").fields, "o.p");
}

function term(k: string): string {
  return JSON.stringify({ term: { k } });
}

/** The document restrictions in force for ann. */
function queries(of: Access): string {
  const { documents } = findRestrictions(of, user(of, "ann"), "x");
  if (documents.are === "unknown") return `unknown ${documents.reasons.map(({ code }) => code).join()}`;
  return documents.are === "some" ? documents.queries.map(({ value }) => value).join() : documents.are;
}

/** A role with one tenant permission. */
function forTenants(patterns: string[], actions: string[]): Body {
  return { tenant_permissions: [{ tenant_patterns: patterns, allowed_actions: actions }] };
}

const shop = names({ "shop-a": ["shop"], "shop-b": ["shop"], "shop-hid!": [], "shop-closed~": [] });

describe("index permissions", () => {
  const of = access({
    names: shop,
    groups: { outer: ["inner", "indices:data/read/get"], inner: ["outer", "indices:data/read/search"] },
    roles: {
      a: role(block(["shop-a"], ["read"])),
      alias: role(block(["shop"], ["read"])),
      all: role(block(["*"], ["*"])),
      visible: role(block(["shop-a", "shop-b"], ["read"])),
      glob: role(block(["shop-*"], ["outer"])),
      regex: role(block(["/shop-[ab]/"], ["/indices:data\\/read\\/.*/"])),
      none: role(),
    },
  });

  test.for([
    ["a", ["shop-a"], "allowed"],
    ["a", ["shop-b"], "denied"],
    ["a", ["shop-a", "shop-b"], "partly 403 shop-a"],
    ["a", ["shop"], "partly 403 shop-a"],
    ["alias", ["shop"], "allowed"],
    ["alias", ["shop-b"], "allowed"],
    ["visible", ["shop-*"], "partly 403 shop-a,shop-b"],
    ["visible", ["shop-*", "-shop-hid"], "allowed"],
    ["glob", ["shop-*"], "allowed"],
    ["glob", ["shop-closed"], "allowed"],
    ["regex", ["shop-b"], "allowed"],
    ["regex", ["shop-hid"], "denied"],
    ["none", ["nothing-*"], "allowed"],
    ["none", ["shop-*"], "denied"],
    ["all", [], "allowed"],
    ["visible", [], "partly 403 shop-a,shop-b"],
    ["glob", ["shop-missing"], "partly 404 shop-missing"],
    ["a", ["shop-missing"], "denied"],
    ["alias", ["shop", "shop-missing"], "partly 403 shop"],
  ] as const)("%s searches %j: %s", ([name, expressions, answer]) => {
    expect(ask(of, name, "search", ...expressions)).toBe(answer);
  });

  test("an operation that creates an index is allowed where there is none; others find nothing", () => {
    expect(ask(of, "all", "create an index", "shop-missing")).toBe("allowed");
    expect(ask(of, "all", "put mappings", "shop-missing")).toBe("partly 404 shop-missing");
  });

  test.for([
    ["indices:admin/create", "allowed"],
    ["indices:admin/auto_create", "allowed"],
    ["indices:data/write/index", "allowed"],
    ["indices:data/write/update", "allowed"],
    ["indices:data/write/bulk[s]", "allowed"],
    ["indices:data/write/delete", "partly 404 shop-missing"],
    ["indices:data/read/search", "partly 404 shop-missing"],
    ["indices:admin/mapping/put", "partly 404 shop-missing"],
    ["indices:admin/mapping/auto_put", "partly 404 shop-missing"],
    ["indices:admin/settings/update", "partly 404 shop-missing"],
  ] as const)("an action alone, %s, on an index that does not exist is %s", ([action, answer]) => {
    expect(ask(of, "all", action, "shop-missing")).toBe(answer);
    expect(ask(of, "all", action, "shop-a")).toBe("allowed");
  });

  test("a circle of action groups ends", () => {
    expect(ask(of, "glob", "get a document", "shop-a")).toBe("allowed");
  });

  test("nobody but the certificate writes to the security index, or to everything", () => {
    expect(ask(of, "all", "put settings", ".opendistro_security")).toBe("denied");
    expect(ask(of, "all", "put settings")).toBe("denied");
    expect(ask(of, "all", "put settings", "shop-*")).toBe("allowed");
    expect(askAs(of, { kind: "certificate" }, "put settings")).toBe("allowed");
  });
});

/** A pattern may name what an index is part of, and a request may name the parts. */
test.for<[pattern: string, expression: string, answer: string, old?: string]>([
  ["events", "events", "allowed"],
  ["events", ".ds-events-1", "allowed"],
  ["events", "events*", "allowed"],
  ["events", ".ds-*", "allowed"],
  ["events", "*", "partly 403 .ds-events-1"],
  [".ds-events-*", "events", "denied", "partly 403 .ds-events-1"],
  [".ds-events-*", "events*", "denied", "partly 403 .ds-events-1"],
  [".ds-events-*", ".ds-events-1", "allowed"],
  ["recent", "recent", "allowed"],
  ["recent", "shop-a", "allowed"],
  ["recent", "rec*", "allowed"],
  ["recent", "shop-*", "partly 403 shop-a"],
  ["shop-a", "recent", "allowed"],
  ["shop-a", "rec*", "allowed"],
  ["past", "past", "allowed"],
  ["past", "pas*", "allowed"],
])("a role for %s searches %s", ([pattern, expression, answer, old = answer]) => {
  const roles = { ann: role(block([pattern], ["read"])) };
  const parts = names({ ".ds-events-1@events": [], "shop-a": ["recent"], "shop-b~": ["past"], "shop-c": [] });
  const answers = ["2.19.4", "3.4.0"].map((version) =>
    ask(access({ roles, names: parts, version }), "ann", "search", expression),
  );
  expect(answers).toEqual([old, answer]);
});

describe("do_not_fail_on_forbidden", () => {
  const cluster = {
    names: shop,
    roles: { a: role(block(["shop-a"], ["read", "indices:admin/mappings/get"])), none: role() },
  };
  const of = access({ ...cluster, dynamic: { do_not_fail_on_forbidden: true } });
  const empties = access({
    ...cluster,
    dynamic: { do_not_fail_on_forbidden: true, do_not_fail_on_forbidden_empty: true },
  });

  test("shrinks what reads, and only that", () => {
    expect(ask(of, "a", "search", "shop-a", "shop-b")).toBe("partly shrunk shop-a");
    expect(ask(of, "a", "get mappings", "shop-a", "shop-b")).toBe("partly 403 shop-a");
    expect(ask(of, "none", "search", "shop-*")).toBe("denied");
  });

  test("answers with nothing where that is asked for and possible", () => {
    expect(ask(empties, "none", "search", "shop-*")).toBe("partly emptied");
    expect(ask(empties, "none", "get a document", "shop-a")).toBe("denied");
  });
});

describe("chains", () => {
  const of = access({
    names: shop,
    roles: {
      writer: role(block(["shop-*"], ["write"])),
      bulk: {
        cluster_permissions: ["indices:data/write/bulk"],
        index_permissions: [block(["shop-a"], ["crud"])],
      },
      wrong: { cluster_permissions: ["indices:*"], index_permissions: [] },
    },
  });

  test("indexing a document needs a cluster permission, and the answer names it", () => {
    const { decision } = can(of, user(of, "writer"), "index a document", {
      kind: "indices",
      expressions: ["shop-a"],
    });
    expect(decision).toMatchObject({
      verdict: "denied",
      missing: [{ need: "cluster-permission", what: "indices:data/write/bulk" }],
    });
  });

  test("the way from the user to the action is told link by link", () => {
    const { decision } = can(of, user(of, "bulk"), "indices:data/read/search", {
      kind: "indices",
      expressions: ["shop-a"],
    });
    expect(decision).toMatchObject({
      verdict: "allowed",
      because: [
        {
          action: "indices:data/read/search",
          name: "shop-a",
          chain: [
            { kind: "rolesmapping", name: "bulk", pointer: "/users/0", value: "bulk" },
            {
              kind: "roles",
              name: "bulk",
              pointer: "/index_permissions/0/index_patterns/0",
              value: "shop-a",
            },
            { kind: "roles", name: "bulk", pointer: "/index_permissions/0/allowed_actions/0", value: "crud" },
            { kind: "actiongroups", name: "crud", pointer: "/allowed_actions/0", value: "read" },
            { kind: "actiongroups", name: "read", value: "indices:data/read*" },
          ],
        },
      ],
    });
  });

  test("what comes closest to a missing permission is told", () => {
    // The action is on the wrong level; the name is covered without the action; the action is permitted elsewhere.
    expect(nearest(of, "wrong", "search", "shop-a")).toEqual(["/cluster_permissions/0 indices:*"]);
    expect(nearest(of, "writer", "search", "shop-a")).toEqual([
      "/index_permissions/0/index_patterns/0 shop-*",
    ]);
    expect(nearest(of, "bulk", "search", "shop-b")).toEqual([
      "/index_permissions/0/index_patterns/0 shop-a",
      "/index_permissions/0/allowed_actions/0 crud",
    ]);
  });

  test.for([
    [4, 4],
    [5, 5],
    [6, 5],
  ] as const)("of %d entries that come close, %d are told", ([count, told]) => {
    const blocks = Array.from({ length: count }, () => block(["shop-a"], ["write"]));
    const one = access({ names: shop, roles: { ann: role(...blocks) } });
    expect(nearest(one, "ann", "search", "shop-a")).toHaveLength(told);
  });

  test("a bulk request does what is permitted", () => {
    expect(ask(of, "bulk", "bulk index", "shop-a", "shop-b")).toBe("partly 403 shop-a");
  });

  test("index actions among the cluster permissions give nothing", () => {
    expect(ask(of, "wrong", "search", "shop-a")).toBe("denied");
  });
});

describe("without the names of the cluster", () => {
  const of = access({
    roles: { all: role(block(["*"], ["*"])), some: role(block(["shop-*"], ["read"])) },
  });

  test("a wildcard is unknown, unless everything is permitted", () => {
    expect(ask(of, "some", "search", "shop-*")).toBe("unknown cluster-names");
    expect(ask(of, "all", "search", "shop-*")).toBe("allowed");
    expect(ask(of, "all", "put settings", "*")).toBe("denied");
    expect(ask(of, "all", "put settings", ".*")).toBe("denied");
  });

  test("a name is judged as it is, and the answer says so", () => {
    const answer = can(of, user(of, "some"), "search", { kind: "indices", expressions: ["shop-a"] });
    expect([answer.decision.verdict, answer.assumptions]).toEqual([
      "allowed",
      ["no-cluster-names", "default-settings"],
    ]);
  });
});

describe("subjects", () => {
  const of = access({
    names: shop,
    dynamic: { http: { anonymous_auth_enabled: true } },
    roles: Object.fromEntries(
      ["everybody", "some", "ops", "both", "host", "anonymous"].map((name) => [
        name,
        role(block([`${name}-*`], ["read"])),
      ]),
    ),
    mappings: {
      everybody: { users: ["*"] },
      some: { backend_roles: ["?*"] },
      ops: { backend_roles: ["ops"] },
      both: { and_backend_roles: ["ops", "dev"] },
      host: { hosts: ["10.0.0.*"] },
      anonymous: { backend_roles: ["opendistro_security_anonymous_backendrole"] },
    },
    users: { ann: { backend_roles: ["ops"] } },
  });
  const ops: Subject = { kind: "backend-role", name: "ops" };
  const external = { kind: "external", name: "eve", backendRoles: ["dev"], address: "1.1.1.1" } as const;

  test.for<readonly [Subject, string, string]>([
    [{ kind: "everybody" }, "everybody-1", "partly 404 everybody-1"],
    [{ kind: "everybody" }, "some-1", "denied"],
    [{ kind: "everybody" }, "host-1", "denied"],
    [ops, "some-1", "partly 404 some-1"],
    [ops, "ops-1", "partly 404 ops-1"],
    [ops, "both-1", "denied"],
    [external, "ops-1", "denied"],
    [{ ...external, mayHaveMore: true }, "ops-1", "unknown backend-roles"],
    [{ ...external, backendRoles: ["dev", "ops"] }, "both-1", "partly 404 both-1"],
    [{ ...external, address: "10.0.0.7" }, "host-1", "partly 404 host-1"],
    [{ kind: "user", name: "ann" }, "host-1", "unknown address"],
    [{ kind: "user", name: "ann" }, "ops-1", "partly 404 ops-1"],
    [{ kind: "user", name: "nobody" }, "everybody-1", "denied"],
    [{ kind: "anonymous", address: "1.1.1.1" }, "anonymous-1", "partly 404 anonymous-1"],
  ])("%j searches %s: %s", ([subject, name, answer]) => {
    expect(askAs(of, subject, "search", name)).toBe(answer);
  });

  test("nobody is anonymous where everybody has to log in", () => {
    const closed = access({ roles: { all: role(block(["*"], ["*"])) }, mappings: { all: { users: ["*"] } } });
    expect(askAs(closed, { kind: "anonymous" }, "search", "a")).toBe("denied");
  });

  test("a service account has no cluster permissions", () => {
    const roles = { bot: { cluster_permissions: ["*"], index_permissions: [] } };
    const serving = (service: string): Access =>
      access({ roles, users: { bot: { attributes: { service } } } });
    expect(ask(serving("true"), "bot", "cluster:monitor/health")).toBe("denied");
    expect(ask(serving("True"), "bot", "cluster:monitor/health")).toBe("allowed");
  });
});

describe("variables", () => {
  const of = access({
    roles: { own: role(block(["own-${user.name}", "${attr.internal.team}-*"], ["read"])) },
    mappings: { own: { users: ["*"] } },
    users: { ann: { attributes: { team: "*" } }, bob: {} },
  });

  test("are filled in before the pattern is read: a * in an attribute opens everything", () => {
    expect(ask(of, "ann", "search", "any-1")).toBe("allowed");
    expect(ask(of, "bob", "search", "own-bob")).toBe("allowed");
    expect(ask(of, "bob", "search", "any-1")).toBe("denied");
  });

  test("an unknown attribute of a user leaves the question open", () => {
    const eve = { kind: "external", name: "eve", backendRoles: [] } as const;
    expect(askAs(of, eve, "search", "own-eve")).toBe("allowed");
    expect(askAs(of, eve, "search", "any-1")).toBe("unknown variable");
    expect(askAs(of, { kind: "everybody" }, "search", "any-1")).toBe("unknown variable");
  });
});

describe("restrictions", () => {
  const roles = {
    a: role(block(["x"], ["read"], { dls: term("a") })),
    b: role(block(["x"], ["read"], { dls: term("b") })),
    plain: role(block(["*"], ["*"])),
    two: role(block(["x"], ["read"], { dls: term("a") }), block(["x"], ["read"], { dls: term("b") })),
    include: role(block(["x"], ["read"], { fls: ["k", "f"] })),
    exclude: role(block(["x"], ["read"], { fls: ["~f"] })),
    mask: role(block(["x"], ["read"], { masked_fields: ["s::SHA-512"] })),
    blind: role(block(["x"], ["read"], { dls: term("a"), fls: ["~k"] })),
    broken: role(block(["x"], ["read"], { dls: "no json" })),
    glob: role(block(["?"], ["read"], { dls: term("b") })),
    attribute: role(block(["x"], ["read"], { dls: '{"term":{"k":"${attr.internal.k}"}}' })),
  };
  const having = (version: string, settings: object, ...mapped: string[]): Access =>
    access({
      version,
      settings,
      names: names({ x: [] }),
      roles,
      mappings: Object.fromEntries(mapped.map((name) => [name, { users: ["ann"] }])),
      users: { ann: {} },
    });

  test("a role without a restriction lifts none, unless a setting of the nodes says so", () => {
    expect(queries(having("3.4.0", {}, "a", "plain"))).toBe(term("a"));
    expect(queries(having("3.4.0", { dfm_empty_overrides_all: true }, "a", "plain"))).toBe("all");
  });

  test("the queries of two roles are joined; of one role, servers from 3.0 on keep the last", () => {
    expect(queries(having("3.4.0", {}, "a", "b"))).toBe(`${term("a")},${term("b")}`);
    expect(queries(having("3.4.0", {}, "two"))).toBe(term("b"));
    expect(queries(having("2.19.4", {}, "two"))).toBe(`${term("a")},${term("b")}`);
  });

  test("exclusions of one role make the inclusions of another forgotten", () => {
    const of = having("3.4.0", {}, "include", "exclude");
    const { fields } = findRestrictions(of, user(of, "ann"), "x");
    expect(["k", "f", "s"].filter((field) => isFieldVisible(of, fields, field))).toEqual(["k", "s"]);
  });

  test.for<[fls: string[], visible: string]>([
    [["k"], "k"],
    [["k", "f"], "k f"],
    [["~k"], "f s"],
    [["!k"], "f s"],
    [["~k", "!f"], "s"],
    [["k", "!k"], "f s"],
    [["~*"], ""],
    [["!*"], ""],
    [["?"], "k f s"],
    [["/[kf]/"], "k f"],
    [["~/[kf]/"], "s"],
    [["kk"], ""],
  ])("of the fields k, f and s, fls %j shows %j", ([fls, visible]) => {
    const of = access({ roles: { ann: role(block(["x"], ["read"], { fls })) } });
    const { fields } = findRestrictions(of, user(of, "ann"), "x");
    expect(["k", "f", "s"].filter((field) => isFieldVisible(of, fields, field)).join(" ")).toBe(visible);
  });

  test("hiding an object hides its members; showing it shows them up to 2.19 only", () => {
    expect(["2.19.4", "3.4.0"].map((version) => shown(version, "~o"))).toEqual([false, false]);
    expect(["2.19.4", "3.4.0"].map((version) => shown(version, "o"))).toEqual([true, false]);
    expect(["2.19.4", "3.4.0"].map((version) => shown(version, "o.p"))).toEqual([true, true]);
  });

  test("masks are found by the field before `::`", () => {
    const of = having("3.4.0", {}, "mask", "plain");
    const { masks } = findRestrictions(of, user(of, "ann"), "x");
    expect(["k", "s"].filter((field) => isFieldMasked(of, masks, field))).toEqual(["s"]);
  });

  test("a query on a hidden field finds nothing", () => {
    expect(queries(having("3.4.0", {}, "blind"))).toBe("none");
  });

  test("a missing attribute makes every request fail from 3.0 on", () => {
    expect(queries(having("3.4.0", {}, "attribute"))).toBe("errors");
  });

  test("a query that only the server can read leaves the question open", () => {
    expect(queries(having("3.4.0", {}, "broken"))).toBe("unknown broken-query");
    expect(queries(having("2.19.4", {}, "broken"))).toBe("errors");
  });

  test("one of several patterns that fit counts up to 2.19, and nobody knows which", () => {
    expect(queries(having("3.4.0", {}, "glob", "a"))).toBe(`${term("b")},${term("a")}`);
    expect(queries(having("2.19.4", {}, "glob", "a"))).toBe("unknown several-keys");
  });

  test("whoever sees a part cannot update", () => {
    const of = access({
      names: names({ x: [] }),
      roles: {
        ann: {
          cluster_permissions: ["indices:data/write/bulk"],
          index_permissions: [block(["x"], ["*"], { dls: term("a") })],
        },
      },
    });
    expect(ask(of, "ann", "update a document", "x")).toBe("denied");
    expect(ask(of, "ann", "index a document", "x")).toBe("allowed");
  });

  test("the order of blocks that nobody knows leaves the question open", () => {
    const documents = having("3.4.0", {}, "two");
    const of = { ...documents, keepsOrder: false };
    expect(queries(of)).toBe("unknown block-order");
  });
});

describe("tenants", () => {
  const of = access({
    tenants: ["finance", "ops"],
    roles: {
      writer: forTenants(["finance"], ["kibana_all_write"]),
      star: forTenants(["*"], ["*"]),
      dangling: forTenants(["sales"], ["kibana_all_write"]),
    },
    mappings: {
      writer: { users: ["writer"] },
      star: { users: ["star"] },
      dangling: { users: ["star"] },
      kibana_user: { users: ["dash"] },
    },
    users: { writer: {}, star: {}, dash: {} },
  });
  const uses = (name: string, tenantName: string): string[] => {
    const found = findTenantAccess(of, user(of, name), tenantName);
    return (["read", "write"] as const).filter((use) => found[use].is === "yes");
  };

  test("a tenant is written with one exact permission, and read with every other", () => {
    expect(uses("writer", "finance")).toEqual(["read", "write"]);
    expect(uses("writer", "ops")).toEqual([]);
    expect(uses("star", "ops")).toEqual(["read"]);
  });

  test("a tenant must exist to be granted, and the private one is everybody's", () => {
    expect(uses("star", "sales")).toEqual([]);
    expect(uses("writer", "__user__")).toEqual(["read", "write"]);
  });

  test("kibana_user writes to the global tenant", () => {
    expect(uses("dash", "global_tenant")).toEqual(["read", "write"]);
    expect(uses("star", "global_tenant")).toEqual(["read"]);
  });
});

test("what is not modelled is unknown", () => {
  const roles = { all: role(block(["*"], ["*"])) };
  const of = access({ roles, names: shop });
  const v4 = access({ roles, version: "3.8.0", dynamic: { privileges_evaluation_type: "V4" } });
  expect(ask(v4, "all", "search", "a")).toBe("unknown evaluation-v4");
  expect(ask(of, "all", "search", "other:a")).toBe("unknown remote");
  expect(ask(of, "all", "search", "<a-{now/d}>")).toBe("unknown date-math");
  expect(ask(of, "all", "search", ".kibana")).toBe("unknown dashboards-index");
  expect(ask(of, "all", "cluster:admin/snapshot/restore")).toBe("unknown request-content");
  expect(ask(of, "all", "restapi:admin/roles")).toBe("unknown plugin-action");
  const guarded = access({ roles, names: shop, settings: { "system_indices.enabled": true } });
  expect(ask(guarded, "all", "search", ".plugins-ml")).toBe("unknown system-index");
  const unread = { ...of, documents: new Map([...of.documents].filter(([kind]) => kind !== "actiongroups")) };
  expect(ask(unread, "all", "search", "shop-a")).toBe("unknown unread-kind");
  const respects = access({ roles, names: shop, dynamic: { respect_request_indices_options: true } });
  expect(ask(respects, "all", "search", "shop-*")).toBe("unknown request-options");
});

test("whoever has everything can do every operation on an index but what nobody can", () => {
  const of = access({
    names: shop,
    roles: { all: { cluster_permissions: ["*"], index_permissions: [block(["*"], ["*"])] } },
  });
  const inDashboards = ["read in Dashboards", "save in Dashboards"];
  const others = Object.keys(operations).filter((name) => !inDashboards.includes(name));
  expect(others.filter((name) => ask(of, "all", name, "shop-a") !== "allowed")).toEqual([]);
});

/** Whether ann has a permission that a bare * does not give. */
function holds(version: string, ...permissions: string[]): string {
  const of = access({ version, roles: { ann: { cluster_permissions: permissions } } });
  return findExplicitPermission(of, user(of, "ann"), "restapi:admin/roles").is;
}

test("a bare * gives no permission that has to be explicit; up to 2.18, * beside another does", () => {
  expect(holds("3.4.0", "*")).toBe("no");
  expect(holds("3.4.0", "*", "cluster:monitor/main")).toBe("no");
  expect(holds("2.11.1", "*")).toBe("no");
  expect(holds("2.11.1", "*", "cluster:monitor/main")).toBe("yes");
  for (const pattern of ["?*", "**", "restapi:*"]) expect(holds("3.4.0", pattern)).toBe("yes");
});

test("the names of a cluster are read from the answer of the server", () => {
  const answer = {
    indices: [
      { name: "a", aliases: ["x"], attributes: ["open", "hidden"] },
      { name: ".ds-s-000001", attributes: ["closed"], data_stream: "s" },
    ],
  };
  expect([...parseClusterNames(answer)!.indices]).toEqual([
    ["a", { aliases: ["x"], stream: undefined, isHidden: true, isClosed: false }],
    [".ds-s-000001", { aliases: [], stream: "s", isHidden: false, isClosed: true }],
  ]);
});

test.for<[what: string, answer: Json | undefined]>([
  ["nothing", undefined],
  ["a page", "<html>"],
  ["a list", []],
  ["another type", { indices: {} }],
  ["an index without a name", { indices: [{ aliases: [] }] }],
  ["no index", { indices: [{ name: "a" }, null] }],
  ["a name that is no text", { indices: [{ name: { a: 1 } }] }],
  ["aliases that are no list", { indices: [{ name: "a", aliases: "b" }] }],
  ["attributes that are null", { indices: [{ name: "a", attributes: null }] }],
  ["a data stream that is no text", { indices: [{ name: "a", data_stream: 1 }] }],
])("%s in the place of the names is no answer", ([, answer]) => {
  expect(parseClusterNames(answer)).toBeUndefined();
});
