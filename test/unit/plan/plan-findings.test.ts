import { describe, expect, test } from "vitest";
import { contentFindings, referenceFindings } from "../../../src/lint/check-directory.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Change } from "../../../src/model/change.ts";
import type { BuiltIn, Declared, Directory, LiveEntity, LiveKind } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";
import {
  guardedChangeFindings,
  judgeFindings,
  leftBehindFindings,
  mappingOfDeletedFindings,
  opaqueFindings,
  reservedMappingFindings,
  unsendableFindings,
} from "../../../src/plan/plan-findings.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { at, writeOf } from "./planned.ts";

const user = { hash: `$2y$12$${"a".repeat(53)}` };

/** What is found in one entity that has to be created on a server of that version. */
function judged(kind: KindName, body: Body, version: string): string[] {
  const entity = { kind, name: "it", body, at: { file: "it.yml", line: 1, column: 1 } };
  const directory: Directory = {
    path: "",
    kinds: new Map([[kind, new Map([["it", entity]])]]),
    ignored: [],
    findings: [],
  };
  const found = [
    ...contentFindings(directory),
    ...referenceFindings(directory, new Map([["roles", new Set<string>()]])),
  ];
  const change: Change = { action: "create", kind, name: "it", after: body };
  return judgeFindings(found, [change], parseVersion(version), new Map()).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

test.each<[string, KindName, Body, string, before: string, from: string]>([
  ["a blank item", "internalusers", { ...user, backend_roles: [" "] }, "blank-item", "3.3", "3.4"],
  [
    "a role that nobody has",
    "internalusers",
    { ...user, opendistro_security_roles: ["nobody"] },
    "unknown-reference",
    "2.11.1",
    "2.12",
  ],
  [
    "a type of action groups",
    "actiongroups",
    { type: "z", allowed_actions: ["*"] },
    "bad-value",
    "2.14",
    "2.15",
  ],
])("%s is refused by the versions that refuse it", (_, kind, body, code, before, from) => {
  expect(judged(kind, body, before)).toEqual([`warning ${code}`]);
  expect(judged(kind, body, from)).toEqual([`error ${code}`]);
});

const inBlock = (fields: Body): Body => ({
  index_permissions: [{ index_patterns: ["a"], allowed_actions: ["read"], ...fields }],
});

test.each<[string, Body, string]>([
  ["a broken query", inBlock({ dls: "nope" }), "bad-dls"],
  ["a broken pattern of fields", inBlock({ fls: ["/(/"] }), "bad-fls"],
  ["a broken permission", inBlock({ allowed_actions: ["/(/"] }), "bad-pattern"],
])("%s is an error for servers that pass over it", (_, body, code) => {
  expect(judged("roles", body, "3.5")).toEqual([`warning ${code}`]);
  expect(judged("roles", body, "3.6")).toEqual([`error ${code}`]);
});

test("what is about other servers is not told", () => {
  const listeners = { l: { type: "ip", ignore_hosts: ["10.0.0.0/8"] } };
  const config = { dynamic: { auth_failure_listeners: listeners } };
  expect(judged("config", config, "2.19.4")).toEqual(["warning network-as-host"]);
  expect(judged("config", config, "3.0")).toEqual([]);
  expect(judged("roles", inBlock({ index_patterns: ["_all"] }), "2.18")).toEqual([]);
  expect(judged("roles", inBlock({ index_patterns: ["_all"] }), "2.19")).toEqual([
    "warning pattern-without-index",
  ]);
});

test("a user without a login is told once, as an error where it is new", () => {
  expect(judged("internalusers", {}, "2.11.1")).toEqual(["error user-without-password"]);
});

describe("what a server would refuse", () => {
  const refused = { code: "bad-hash", severity: "warning", message: "", kind: "roles", name: "it" } as const;
  const live = makeLive({ roles: undefined });
  const judgedIn = (change: Change, finding: object, version = "2.19"): string =>
    judgeFindings(
      [{ ...refused, refusedByServer: true, ...finding }],
      [change],
      parseVersion(version),
      live,
    )[0]!.severity;

  test.each<[string, Change, object, string]>([
    ["of a new entity", created({ a: 1 }), {}, "error"],
    ["of an entity that changes", updated({ a: 1 }, { a: 2 }), {}, "error"],
    ["of a field that changes", updated({ a: 1 }, { a: 2 }), { field: "a" }, "error"],
    ["of a field that stays", updated({ a: 1, b: 1 }, { a: 2, b: 1 }), { field: "b" }, "warning"],
    ["of an entity that goes", deleted({ a: 1 }), {}, "warning"],
    ["of another entity", created({ a: 1 }), { name: "other" }, "warning"],
    ["of another kind", created({ a: 1 }), { kind: "tenants" }, "warning"],
    ["that it does not refuse", created({ a: 1 }), { refusedByServer: undefined }, "warning"],
    ["beside an entity that the cluster has", created({ a: 1 }), { beside: "roles" }, "error"],
    ["beside an entity that comes after it", created({ a: 1 }), { beside: "tenants" }, "warning"],
  ])("%s", (_, change, finding, severity) => {
    expect(judgedIn(change, finding)).toBe(severity);
  });
});

function created(after: Body, kind: KindName = "roles"): Change {
  return { action: "create", kind, name: "it", after, at };
}

function updated(before: Body, after: Body, kind: KindName = "roles"): Change {
  return { action: "update", kind, name: "it", before, after, at };
}

function deleted(before: Body, kind: KindName = "roles"): Change {
  return { action: "delete", kind, name: "it", before };
}

/** Kinds of a cluster, each with one entity called `it`. */
function makeLive(
  entities: Readonly<Partial<Record<KindName, BuiltIn | undefined>>>,
): ReadonlyMap<KindName, LiveKind> {
  return new Map(
    Object.entries(entities).map(([kind, builtIn]) => {
      const entity = { name: "it", body: {}, raw: {}, ...(builtIn ? { builtIn } : {}) };
      return [kind as KindName, { readable: true, entities: new Map([["it", entity]]) }];
    }),
  );
}

function declaring(kinds: Readonly<Partial<Record<KindName, Body>>>): Directory {
  const found = Object.entries(kinds).map(([kind, body]) => {
    const entity = { kind: kind as KindName, name: "it", body, at };
    return [kind as KindName, new Map([["it", entity]])] as const;
  });
  return { path: ".", kinds: new Map(found), ignored: [], findings: [] };
}

describe("the mapping of a role with a permission of restapi:admin", () => {
  test("cannot be written at all", () => {
    const live = makeLive({ roles: "restapi:admin" });
    expect(guardedChangeFindings([created({}, "rolesmapping"), deleted({}, "rolesmapping")], live)).toEqual([
      {
        code: "rest-admin-permission",
        severity: "error",
        message: "REST cannot change it: its role holds a permission of restapi:admin/",
        hint: "change it with securityadmin.sh, and keep the file as it is there",
        kind: "rolesmapping",
        name: "it",
        at,
      },
      expect.not.objectContaining({ at }),
    ]);
  });

  test("the mapping of a role with a permission of restapi:admin is refused, and no other", () => {
    const changes = [created({}, "rolesmapping")];
    expect(guardedChangeFindings(changes, makeLive({ roles: "reserved" }))).toEqual([]);
    expect(guardedChangeFindings(changes, makeLive({ tenants: "restapi:admin" }))).toEqual([]);
    expect(
      guardedChangeFindings([created({}, "internalusers")], makeLive({ roles: "restapi:admin" })),
    ).toEqual([]);
  });
});

describe("a mapping whose role goes", () => {
  const live = makeLive({ roles: undefined, rolesmapping: undefined });

  test("stays behind where no file declares it", () => {
    expect(leftBehindFindings([deleted({})], declaring({ roles: {} }), live)).toEqual([
      {
        code: "dangling-mapping",
        severity: "warning",
        message: "rolesmapping/it stays and points to nothing, because no file declares it",
        hint: "declare roles_mapping.yml, or delete it there by hand; a mapping without its role cannot be changed",
        kind: "roles",
        name: "it",
      },
    ]);
  });

  test.each<[string, Change[], Directory, ReadonlyMap<KindName, LiveKind>]>([
    ["is declared", [deleted({})], declaring({ rolesmapping: {} }), live],
    ["goes as well", [deleted({}), deleted({}, "rolesmapping")], declaring({}), live],
    ["is not there", [deleted({})], declaring({}), makeLive({ roles: undefined })],
    ["keeps its role", [updated({}, { a: 1 })], declaring({}), live],
    ["is of no role, but of a tenant", [deleted({}, "tenants")], declaring({}), live],
  ])("is nothing to say where it %s", (_, changes, directory, cluster) => {
    expect(leftBehindFindings(changes, directory, cluster)).toEqual([]);
  });

  test("stays behind although it changes, or another one goes", () => {
    const other: Change = { ...deleted({}, "rolesmapping"), name: "other" };
    for (const change of [updated({}, { a: 1 }, "rolesmapping"), other])
      expect(leftBehindFindings([deleted({}), change], declaring({}), live)).toHaveLength(1);
  });
});

describe("a user who is given a role whose mapping is the server's own", () => {
  const live = makeLive({ rolesmapping: "reserved" });
  const user: Body = { opendistro_security_roles: ["free", "it"] };
  const cluster = { version: parseVersion("2.12"), isVersionGuessed: false };

  test("osac refuses to give the role to the user", () => {
    for (const change of [created(user, "internalusers"), updated({}, user, "internalusers")])
      expect(reservedMappingFindings([change], live, cluster)).toEqual([
        {
          code: "reserved-mapping",
          severity: "error",
          message:
            'the role "it" has a reserved mapping, so only the admin certificate may give it to a user',
          hint: "use the admin certificate, or remove the role from the user",
          kind: "internalusers",
          name: "it",
          at,
        },
      ]);
    const { at: _, ...nowhere } = created(user, "internalusers");
    expect(reservedMappingFindings([nowhere], live, cluster)[0]).not.toHaveProperty("at", expect.anything());
  });

  test.each<[string, Change, object, ReadonlyMap<KindName, LiveKind>]>([
    ["goes", deleted(user, "internalusers"), {}, live],
    ["has other roles", created({ opendistro_security_roles: ["free"] }, "internalusers"), {}, live],
    ["asks with the admin certificate", created(user, "internalusers"), { adminDn: "CN=admin" }, live],
    ["asks an older server", created(user, "internalusers"), { version: parseVersion("2.11.1") }, live],
    ["gets an ordinary role", created(user, "internalusers"), {}, makeLive({ rolesmapping: undefined })],
    ["is no user, but the mapping itself", created({}, "rolesmapping"), {}, live],
  ])("is none where it %s", (_, change, of, found) => {
    expect(reservedMappingFindings([change], found, { ...cluster, ...of })).toEqual([]);
  });
});

test("how many values were not looked at is said once, where there are any", () => {
  const opaque = (...values: Body[string][]): string[] =>
    opaqueFindings(declaring({ roles: { values } })).map(({ message }) => message);
  const unknown = new Secret(undefined, "${env.X}");
  const rest = "not looked at; whether they are set, or differ, shows a plan that has them";
  expect(opaque("text", new Secret("seen"))).toEqual([]);
  expect(opaque(unknown, new Secret("seen"))).toEqual([`--secrets opaque: 1 value was ${rest}`]);
  expect(opaque(unknown, unknown)).toEqual([`--secrets opaque: 2 values were ${rest}`]);
  expect(opaqueFindings(declaring({ roles: { a: unknown } }))).toMatchObject([
    { code: "secrets-not-checked", severity: "notice" },
  ]);
});

const missing = (secret: Secret) =>
  unsendableFindings(writeOf(created({ description: "x", a: secret, b: secret })));

describe("a placeholder without a value", () => {
  const variable =
    "set the variable in the environment of osac; an empty one, or an empty default, counts as none";

  test("is said once for each, with the way to give it one", () => {
    expect(
      missing(
        new Secret(undefined, "${env.A}", {
          lack: { reason: "is not set", hint: variable },
        }),
      ),
    ).toEqual([
      {
        code: "undefined-placeholder",
        severity: "error",
        message: "${env.A} is not set, and its value has to be sent",
        hint: variable,
        kind: "roles",
        name: "it",
        at,
      },
    ]);
    expect(missing(new Secret(undefined, "${file:a.txt}"))).toMatchObject([
      {
        message: "${file:a.txt} is not known, and its value has to be sent",
      },
    ]);
    expect(missing(new Secret(undefined))).toMatchObject([
      { message: "a secret is not known, and its value has to be sent" },
    ]);
    const { at: _, ...nowhere } = created({ a: new Secret(undefined) });
    expect(unsendableFindings(writeOf(nowhere))[0]).not.toHaveProperty("at", expect.anything());
  });

  test("is no harm where it has one, or is not sent", () => {
    const unknown = new Secret(undefined, "${env.A}");
    expect(missing(new Secret("value", "${env.A}"))).toEqual([]);
    expect(unsendableFindings(writeOf(updated({ a: unknown, b: 1 }, { a: unknown, b: 2 })))).toEqual([]);
    expect(unsendableFindings(writeOf(deleted({ a: unknown })))).toEqual([]);
  });
});

const mapping = (name: string, body: Body): Declared => ({ kind: "rolesmapping", name, body, at });

test("a mapping that names a user whom the plan deletes is told", () => {
  const deleted: Change = { action: "delete", kind: "internalusers", name: "bob", before: {} };
  const directory: Directory = {
    path: "",
    ignored: [],
    findings: [],
    kinds: new Map([
      [
        "rolesmapping",
        new Map([
          ["readers", mapping("readers", { users: ["ann", "bob"] })],
          ["writers", mapping("writers", { users: ["ann"], backend_roles: ["bob"] })],
        ]),
      ],
    ]),
  };
  const entities = new Map<string, LiveEntity>(
    ["left", "readers", "gone"].map((name) => [name, { name, body: { users: ["bob"] }, raw: {} }]),
  );
  const live = new Map<KindName, LiveKind>([["rolesmapping", { readable: true, entities }]]);
  const gone: Change = { action: "delete", kind: "rolesmapping", name: "gone", before: {} };

  const found = mappingOfDeletedFindings([deleted, gone], directory, live);

  expect(found.map(({ code, name }) => [code, name])).toEqual([
    ["mapping-of-deleted-user", "left"],
    ["mapping-of-deleted-user", "readers"],
  ]);
  expect(mappingOfDeletedFindings([gone], directory, live)).toEqual([]);
});
