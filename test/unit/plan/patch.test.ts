import { describe, expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body, Operation } from "../../../src/model/value.ts";
import { makeOperations, makeStubOperation } from "../../../src/plan/patch.ts";

const creating = (kind: KindName, after: Body, name = "it"): Operation[] =>
  makeOperations(kinds[kind], { action: "create", kind, name, after });

const updating = (kind: KindName, before: Body, after: Body, name = "it"): Operation[] =>
  makeOperations(kinds[kind], { action: "update", kind, name, before, after });

test("an entity that goes is removed, whatever characters its name has", () => {
  const change = { action: "delete", kind: "roles", name: "a/b~c", before: {} } as const;
  expect(makeOperations(kinds.roles, change)).toEqual([{ op: "remove", path: "/a~1b~0c" }]);
});

describe("a new entity", () => {
  test("is sent without what is empty", () => {
    const nothing: Body = { a: null, b: "", c: false, d: [], e: {} };
    const something: Body = { f: 0, g: "x", h: true, i: [""], j: { k: "" } };
    expect(creating("tenants", { description: "text", ...nothing, ...something }, "a/b")).toEqual([
      { op: "add", path: "/a~1b", value: { description: "text", ...something } },
    ]);
  });

  test.each<[KindName, Body]>([
    ["tenants", { description: "" }],
    ["roles", { cluster_permissions: [] }],
    ["actiongroups", { allowed_actions: [] }],
    ["nodesdn", { nodes_dn: [] }],
    ["config", {}],
  ])("of %s names one field where all that the server asks for are empty", (kind, filler) => {
    const operation: Operation = { op: "add", path: "/it", value: filler };
    expect(creating(kind, { ...filler, hidden: false })).toEqual([operation]);
    expect(makeStubOperation(kinds[kind], "it")).toEqual(operation);
  });

  test("names none where any that the server asks for is there", () => {
    expect(creating("roles", { cluster_permissions: [], description: "text" })).toEqual([
      { op: "add", path: "/it", value: { description: "text" } },
    ]);
  });
});

const config = (description: string): Body => ({
  dynamic: {
    filtered_alias_mode: "",
    kibana: { default_tenant: "", server_username: "" },
    authc: {
      a: { order: 0, description, http_authenticator: { config: { a: "", b: 0 } } },
    },
    auth_failure_listeners: { l: { time_window_seconds: 0, allowed_tries: 5 } },
  },
});

describe("an entity that changes", () => {
  test("names zeros and empty texts again, which the server forgets at every other write", () => {
    expect(updating("config", config("old"), config("new"), "config")).toEqual([
      { op: "add", path: "/config/dynamic/authc/a/description", value: "new" },
      { op: "add", path: "/config/dynamic/filtered_alias_mode", value: "" },
      { op: "add", path: "/config/dynamic/kibana/server_username", value: "" },
      {
        op: "add",
        path: "/config/dynamic/auth_failure_listeners/l/time_window_seconds",
        value: 0,
      },
    ]);
  });

  test("is sent field by field, each as a whole, and nothing that stays", () => {
    const before: Body = { description: "old", cluster_permissions: ["a"], index_permissions: [] };
    const after: Body = {
      cluster_permissions: ["a", "b"],
      index_permissions: [],
      tenant_permissions: [{ t: 1 }],
    };
    expect(updating("roles", before, after, "a/b")).toEqual([
      { op: "remove", path: "/a~1b/description" },
      { op: "add", path: "/a~1b/cluster_permissions", value: ["a", "b"] },
      { op: "add", path: "/a~1b/tenant_permissions", value: [{ t: 1 }] },
    ]);
  });

  test("names a field again where all that the server asks for would be empty", () => {
    expect(updating("roles", { reserved: true, description: "" }, { description: "" })).toEqual([
      { op: "remove", path: "/it/reserved" },
      { op: "add", path: "/it/cluster_permissions", value: [] },
    ]);
  });

  test("sends the field that it names empty instead of removing it", () => {
    const before: Body = { cluster_permissions: ["a"], description: "text" };
    expect(updating("roles", before, {})).toEqual([
      { op: "remove", path: "/it/description" },
      { op: "add", path: "/it/cluster_permissions", value: [] },
    ]);
  });

  test("names none where an empty one is sent anyway, or one stays", () => {
    expect(updating("roles", { reserved: true, description: "text" }, { description: "" })).toEqual([
      { op: "remove", path: "/it/reserved" },
      { op: "add", path: "/it/description", value: "" },
    ]);
    expect(updating("roles", { description: "text" }, { description: "" })).toEqual([
      { op: "add", path: "/it/description", value: "" },
    ]);
    expect(
      updating("roles", { description: "text", cluster_permissions: ["a"] }, { description: "text" }),
    ).toEqual([{ op: "remove", path: "/it/cluster_permissions" }]);
  });

  test("a kind that is one entity is sent by the deepest paths that change", () => {
    const before: Body = { dynamic: { authc: { "a/b": { order: 1, type: "x" } }, old: true, same: 1 } };
    const after: Body = { dynamic: { authc: { "a/b": { order: 2, type: "x" } }, same: 1 } };
    expect(updating("config", before, after, "config")).toEqual([
      { op: "add", path: "/config/dynamic/authc/a~1b/order", value: 2 },
      { op: "remove", path: "/config/dynamic/old" },
    ]);
  });

  test.each<[string, Body, Body, Operation]>([
    [
      "an empty map",
      { dynamic: {} },
      { dynamic: { x: 1 } },
      { op: "add", path: "/config/dynamic", value: { x: 1 } },
    ],
    [
      "what was none",
      { dynamic: "text" },
      { dynamic: { x: 1 } },
      { op: "add", path: "/config/dynamic", value: { x: 1 } },
    ],
    [
      "a list",
      { dynamic: { x: [1] } },
      { dynamic: { x: [2] } },
      { op: "add", path: "/config/dynamic/x", value: [2] },
    ],
    [
      "what becomes none",
      { dynamic: { x: 1 } },
      { dynamic: 5 },
      { op: "add", path: "/config/dynamic", value: 5 },
    ],
    [
      "a field that every object has",
      { dynamic: { x: 1 } },
      { dynamic: { x: 1, constructor: { y: 1 } } },
      { op: "add", path: "/config/dynamic/constructor", value: { y: 1 } },
    ],
  ])("goes no deeper than %s", (_, before, after, operation) => {
    expect(updating("config", before, after, "config")).toEqual([operation]);
  });

  test("goes into a map that becomes empty", () => {
    expect(updating("config", { dynamic: { x: 1 } }, { dynamic: {} }, "config")).toEqual([
      { op: "remove", path: "/config/dynamic/x" },
    ]);
  });
});
