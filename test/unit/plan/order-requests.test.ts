import { describe, expect, test } from "vitest";
import type { Change, PatchRequest } from "../../../src/model/change.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";
import { orderRequests } from "../../../src/plan/order-requests.ts";

const bodies: { readonly [Kind in KindName]?: Body } = {
  roles: { cluster_permissions: ["cluster_monitor"] },
  rolesmapping: { users: ["ann"] },
  actiongroups: { allowed_actions: ["read"] },
};
const makeBody = (kind: KindName): Body => bodies[kind] ?? { description: "text" };

const created = (kind: KindName, name: string, after = makeBody(kind)): Change => ({
  action: "create",
  kind,
  name,
  after,
});
const updated = (kind: KindName, name: string, after = makeBody(kind)): Change => ({
  action: "update",
  kind,
  name,
  before: {},
  after,
});
const deleted = (kind: KindName, name: string): Change => ({
  action: "delete",
  kind,
  name,
  before: makeBody(kind),
});

const many = (count: number, change: (name: string) => Change): Change[] =>
  Array.from({ length: count }, (_, index) => change(`n${index}`));

/** Each request by its kind and its changes, such as `roles: +new, ~old, -gone`. */
const told = (requests: readonly PatchRequest[]): string[] =>
  requests.map(({ kind, changes }) => `${kind}: ${changes.map(sign).join(", ")}`);

const sign = ({ action, name }: Change): string =>
  `${{ create: "+", update: "~", delete: "-" }[action]}${name}`;

/** Each request by its kind and size. */
const sizes = (requests: readonly PatchRequest[]): string[] =>
  requests.map(({ kind, changes, isStub }) => `${changes.length} ${kind}${isStub ? ", empty" : ""}`);

test("what is written goes down the list of kinds and what is deleted up it, in one request a kind", () => {
  const requests = orderRequests([
    deleted("tenants", "t"),
    deleted("rolesmapping", "m"),
    updated("internalusers", "u"),
    created("roles", "r2"),
    updated("roles", "r1"),
    created("tenants", "new"),
  ]);
  expect(told(requests)).toEqual([
    "tenants: +new",
    "roles: +r2, ~r1",
    "internalusers: ~u",
    "rolesmapping: -m",
    "tenants: -t",
  ]);
  expect(requests[0]).toEqual({
    kind: "tenants",
    changes: [created("tenants", "new")],
    operations: [[{ op: "add", path: "/new", value: { description: "text" } }]],
    isStub: false,
  });
});

test("no change is no request", () => {
  expect(orderRequests([])).toEqual([]);
});

test("a role goes before an action group takes its name, and no other deletion does", () => {
  const requests = orderRequests([
    created("actiongroups", "taken"),
    updated("actiongroups", "kept"),
    created("tenants", "t"),
    deleted("roles", "taken"),
    deleted("roles", "kept"),
    deleted("roles", "t"),
    deleted("rolesmapping", "taken"),
  ]);
  expect(told(requests)).toEqual([
    "roles: -taken",
    "tenants: +t",
    "actiongroups: +taken, ~kept",
    "rolesmapping: -taken",
    "roles: -kept, -t",
  ]);
});

test("what is to come last comes after all the rest, deletions included", () => {
  const changes = [
    updated("roles", "own"),
    updated("roles", "other"),
    deleted("tenants", "own"),
    updated("internalusers", "u"),
    deleted("roles", "gone"),
  ];
  expect(told(orderRequests(changes, ({ name }) => name === "own"))).toEqual([
    "roles: ~other",
    "internalusers: ~u",
    "roles: -gone",
    "roles: ~own",
    "tenants: -own",
  ]);
});

describe("what costs the server much is sent in parts", () => {
  const withRoles: Body = { opendistro_security_roles: ["r"] };

  test("mappings, a hundred at a time", () => {
    expect(sizes(orderRequests(many(100, (name) => updated("rolesmapping", name))))).toEqual([
      "100 rolesmapping",
    ]);
    expect(sizes(orderRequests(many(201, (name) => created("rolesmapping", name))))).toEqual([
      "100 rolesmapping",
      "100 rolesmapping",
      "1 rolesmapping",
    ]);
  });

  test("users with roles, while those without go along with the first", () => {
    const users = [
      ...many(150, (name) => created("internalusers", name, withRoles)),
      ...many(250, (name) => created("internalusers", `cheap-${name}`)),
    ];
    const requests = orderRequests(users);
    expect(sizes(requests)).toEqual(["350 internalusers", "50 internalusers"]);
    expect(requests[0]!.changes[0]!.name).toBe("cheap-n0");
    expect(new Set(requests.flatMap(({ changes }) => changes))).toEqual(new Set(users));
  });

  test("deletions and other kinds are not sent in parts", () => {
    expect(sizes(orderRequests(many(201, (name) => deleted("rolesmapping", name))))).toEqual([
      "201 rolesmapping",
    ]);
    expect(sizes(orderRequests(many(201, (name) => created("roles", name))))).toEqual(["201 roles"]);
  });
});

/** Whether roles are created empty first. */
const stubs = (...changes: Change[]): boolean => orderRequests(changes).some(({ isStub }) => isStub);

describe("many new roles beside many mappings", () => {
  const withRoles: Body = { opendistro_security_roles: ["n0"] };
  const roles = many(200, (name) => created("roles", name));
  const mappings = many(100, (name) => created("rolesmapping", name));

  test("are sent as they are as long as that is quick", () => {
    expect(stubs(...roles.slice(1), ...mappings)).toBe(false);
    expect(stubs(...roles, ...mappings)).toBe(true);
    expect(stubs(...many(300, (name) => updated("roles", name)), ...mappings)).toBe(false);
    expect(stubs(...roles, ...many(100, (name) => updated("actiongroups", name)))).toBe(false);
    expect(stubs(...roles, ...many(100, (name) => deleted("rolesmapping", name)))).toBe(false);
  });

  test("are created empty, each part of the mappings after its roles, and the roles are filled at the end", () => {
    const requests = orderRequests([
      created("tenants", "t"),
      created("actiongroups", "g"),
      ...many(201, (name) => created("roles", name)),
      updated("roles", "old"),
      ...many(120, (name) => created("rolesmapping", name)),
      updated("rolesmapping", "old"),
      created("internalusers", "plain"),
      created("internalusers", "with", withRoles),
      updated("internalusers", "changed"),
      updated("config", "config"),
      deleted("tenants", "gone"),
    ]);
    expect(sizes(requests)).toEqual([
      "1 tenants",
      "1 actiongroups",
      "1 rolesmapping",
      "1 internalusers",
      "100 roles, empty",
      "100 rolesmapping",
      "20 roles, empty",
      "20 rolesmapping",
      "2 internalusers",
      "202 roles",
      "1 config",
      "1 tenants",
    ]);
    expect(told(requests)).toEqual(
      expect.arrayContaining([
        "rolesmapping: ~old",
        "internalusers: +plain",
        "internalusers: ~changed, +with",
      ]),
    );
    expect(requests[4]!.operations[0]).toEqual([
      { op: "add", path: "/n0", value: { cluster_permissions: [] } },
    ]);
    expect(requests[4]!.changes.map(({ name }) => name)).toEqual(
      requests[5]!.changes.map(({ name }) => name),
    );
  });
});

test("a request is split before it has more bytes than Amazon OpenSearch Service takes", () => {
  const long = { cluster_permissions: ["é".repeat(3_000_000)] };
  const requests = orderRequests(many(3, (name) => created("roles", name, long)));
  expect(told(requests)).toEqual(["roles: +n0", "roles: +n1", "roles: +n2"]);
  const short = { cluster_permissions: ["x".repeat(3_000_000)] };
  expect(told(orderRequests(many(4, (name) => created("roles", name, short))))).toEqual([
    "roles: +n0, +n1, +n2",
    "roles: +n3",
  ]);
});
