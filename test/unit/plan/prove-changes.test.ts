import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Change } from "../../../src/model/change.ts";
import type { LiveEntity } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body, Operation } from "../../../src/model/value.ts";
import { makeOperations } from "../../../src/plan/patch.ts";
import { findDisproof, disproofFindings } from "../../../src/plan/prove-changes.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { writeOf } from "./planned.ts";

const version = { major: 3, minor: 4, patch: 0 };
const users = kinds.internalusers;

test("a user whose hash cannot be seen keeps it when another field changes", () => {
  const raw = { hash: "", description: "old", backend_roles: [], attributes: {}, reserved: false };
  const change: Change = {
    action: "update",
    kind: "internalusers",
    name: "ann",
    before: canonicalize(users, raw, version),
    after: canonicalize(users, { hash: "$2y$12$declared", description: "new" }, version),
  };

  const operations = makeOperations(users, change);

  expect(operations).toEqual([{ op: "add", path: "/ann/description", value: "new" }]);
  expect(findDisproof(users, change, operations, raw, version)).toBeUndefined();
});

/** A configuration with a setting that osac does not know. */
const makeSetting = (value: number): LiveEntity["raw"] => ({
  dynamic: { authc: { a: { authentication_backend: { config: { value } } } } },
});

describe("a patch is disproved", () => {
  const roles = kinds.roles;
  const live = { cluster_permissions: ["a"], description: "old" };
  const change: Change = {
    action: "update",
    kind: "roles",
    name: "it",
    before: canonicalize(roles, live, version),
    after: canonicalize(roles, { ...live, description: "new" }, version),
  };
  const deletion: Change = { action: "delete", kind: "roles", name: "it", before: change.before };
  const right: Operation = { op: "add", path: "/it/description", value: "new" };

  test.each<[string, Change, Operation[], string]>([
    ["makes something else", change, [{ ...right, value: "other" }], "the entity would not be as desired"],
    ["makes nothing", change, [], "the entity would not be as desired"],
    [
      "makes more than was asked for",
      change,
      [right, { op: "add", path: "/it/reserved", value: true }],
      "the entity would not be as desired",
    ],
    ["removes what is to stay", change, [{ op: "remove", path: "/it" }], "the entity would not be there"],
    ["is about another entity", deletion, [], "the entity would still be there"],
    [
      "meets what is not there",
      change,
      [right, { op: "remove", path: "/it/tenant_permissions/0" }],
      "remove /it/tenant_permissions/0 cannot be applied (OPERATION_PATH_UNRESOLVABLE)",
    ],
  ])("that %s", (_, wanted, operations, wrong) => {
    expect(findDisproof(roles, wanted, operations, live, version)).toBe(wrong);
  });

  test("that finds a name which every object has, and no such entity", () => {
    const named: Change = { ...change, name: "constructor" };
    expect(findDisproof(roles, named, [], undefined, version)).toBe("the entity would not be there");
    expect(findDisproof(roles, { ...deletion, name: "constructor" }, [], undefined, version)).toBeUndefined();
  });

  test("a patch with a secret is not disproved, and the live entity stays as it is", () => {
    const secret = new Secret("new", "${env.NEW}");
    const sending: Change = {
      ...change,
      after: { ...change.before, description: secret, cluster_permissions: ["b"] },
    };
    expect(findDisproof(roles, sending, makeOperations(roles, sending), live, version)).toBeUndefined();

    const raw = makeSetting(1);
    const path = "/config/dynamic/authc/a/authentication_backend/config/value";
    const before = canonicalize(kinds.config, raw, version);
    const after = canonicalize(kinds.config, makeSetting(2), version);
    const update: Change = { action: "update", kind: "config", name: "config", before, after };
    expect(findDisproof(kinds.config, update, [{ op: "add", path, value: 2 }], raw, version)).toBeUndefined();
    expect(raw).toEqual(makeSetting(1));
  });

  test("a patch that gives the desired state is proved", () => {
    expect(findDisproof(roles, change, [right], live, version)).toBeUndefined();
    expect(findDisproof(roles, deletion, [{ op: "remove", path: "/it" }], live, version)).toBeUndefined();
  });

  test("a disproved patch is an error of its entity", () => {
    const readable = new Map([
      [
        "roles" as const,
        {
          readable: true,
          entities: new Map([["it", { name: "it", body: change.before, raw: live }]]),
        } as const,
      ],
    ]);
    expect(disproofFindings([writeOf(change)], readable, version)).toEqual([]);
    const created: Change = { action: "create", kind: "roles", name: "new", after: change.after };
    expect(disproofFindings([writeOf(created)], readable, version)).toEqual([]);
    const gone = new Map([["roles" as const, { readable: false, reason: "403" } as const]]);
    const message = expect.stringMatching(
      /3\.4\.0 does not have, .*: add \/it\/description cannot be applied \(OPERATION_PATH_CANNOT_ADD\)$/,
    );
    for (const missing of [gone, new Map()])
      expect(disproofFindings([writeOf(change)], missing, version)).toMatchObject([
        { code: "unknown-shape", severity: "error", kind: "roles", name: "it", message },
      ]);
  });
});

const prove = (name: KindName, raw: LiveEntity["raw"], operations: Operation[], after: Body) => {
  const kind = kinds[name];
  const change: Change = {
    action: "update",
    kind: name,
    name: "it",
    before: canonicalize(kind, raw, version),
    after: canonicalize(kind, after, version),
  };
  return findDisproof(kind, change, operations, raw, version);
};

const domain = (isOn: boolean): Body => ({ dynamic: { authc: { a: { http_enabled: isOn, order: 1 } } } });

/** A configuration with a record of which nothing is held, and with settings that osac does not know. */
const configWith = (free: Body): Body => ({
  dynamic: {
    http: { anonymous_auth_enabled: false },
    authc: { a: { authentication_backend: { config: free } } },
  },
});

const removing = (path: string): Operation[] => [{ op: "remove", path: `/it/dynamic/${path}` }];

describe("what the server holds less than it shows", () => {
  const unresolvable = expect.stringMatching(
    /^remove \/\S+ cannot be applied \(OPERATION_PATH_UNRESOLVABLE\)$/,
  );

  test.each<[string, Body[string]]>([
    ["an empty text", ""],
    ["nothing", null],
    ["an empty list", []],
    ["an empty map", {}],
    ["false", false],
    ["zero", 0],
  ])("is %s: no field is there to be removed", (_, value) => {
    const raw = { description: value, cluster_permissions: ["a"] } as LiveEntity["raw"];
    expect(prove("roles", raw, [{ op: "remove", path: "/it/description" }], raw as Body)).toEqual(
      unresolvable,
    );
  });

  test.each<[string, Body[string]]>([
    ["a text", "x"],
    ["a list", ["x"]],
    ["true", true],
    ["a number", 1],
  ])("is not %s", (_, value) => {
    const raw = { description: value, cluster_permissions: ["a"] } as LiveEntity["raw"];
    const after = { cluster_permissions: ["a"] };
    expect(prove("roles", raw, [{ op: "remove", path: "/it/description" }], after)).toBeUndefined();
  });

  test("is not a switch that is on by default and off", () => {
    const remove: Operation[] = [{ op: "remove", path: "/it/dynamic/authc/a/http_enabled" }];
    expect(prove("config", domain(false) as LiveEntity["raw"], remove, domain(true))).toBeUndefined();
  });

  test("is no record of which nothing is held, and nothing within settings that osac does not know", () => {
    const raw = configWith({ hosts: [], text: "" }) as LiveEntity["raw"];
    const free = "authc/a/authentication_backend/config";
    expect(prove("config", raw, removing("http"), raw as Body)).toBeUndefined();
    expect(prove("config", raw, removing("http/anonymous_auth_enabled"), raw as Body)).toEqual(unresolvable);
    expect(prove("config", raw, removing(`${free}/text`), configWith({ hosts: [] }))).toBeUndefined();
    expect(prove("config", configWith({}) as LiveEntity["raw"], removing(free), configWith({}))).toEqual(
      unresolvable,
    );
  });

  test("is a map of which nothing is held", () => {
    const raw = { attributes: { a: "" }, hash: "" };
    const remove: Operation[] = [{ op: "remove", path: "/it/attributes" }];
    expect(prove("internalusers", raw, remove, { hash: "" })).toEqual(unresolvable);
    expect(prove("internalusers", { ...raw, attributes: { a: "x" } }, remove, { hash: "" })).toBeUndefined();
  });
});
