import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { kinds } from "../../../src/kinds/index.ts";
import { findIgnored, withLiveFields, type FieldRule } from "../../../src/kinds/ignore-rules.ts";
import { valueAt } from "../../../src/value/path.ts";
import { isSameValue } from "../../../src/value/equal.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { IgnoreRule, Pruning } from "../../../src/model/plan.ts";
import type { Body, Value } from "../../../src/model/value.ts";
import { diffEntities } from "../../../src/plan/diff.ts";
import { makeOperations } from "../../../src/plan/patch.ts";
import { bodies } from "../../support/bodies.ts";
import { actions, at, makeLive, makePlanned, version } from "./planned.ts";

const rule = (kind: KindName, ...field: string[]): FieldRule => ({
  kind,
  name: "*",
  field,
  reason: "somebody else's",
  setBy: "osac.yml:1",
});

describe("an ignored field", () => {
  test.each<[string, Body, Body, string[], Body]>([
    ["has its live value", { a: 1, b: 2 }, { a: 3, b: 4 }, ["a"], { a: 3, b: 2 }],
    ["is not there where the cluster does not have it", { a: 1, b: 2 }, { b: 4 }, ["a"], { b: 2 }],
    ["is there where only the cluster has it", { b: 2 }, { a: 3 }, ["a"], { a: 3, b: 2 }],
    ["may lie deep", { x: { a: 1, b: 2 } }, { x: { a: 3 } }, ["x", "a"], { x: { a: 3, b: 2 } }],
    ["goes with what it is part of", { y: 1 }, { x: { a: 3 } }, ["x", "a"], { y: 1 }],
    ["comes with what it is part of", { x: { a: 1 } }, { y: 1 }, ["x", "a"], { x: { a: 1 } }],
    ["may have a name that every object has", {}, { constructor: 1 }, ["constructor"], { constructor: 1 }],
    ["is not looked for within a text", { x: "abc" }, { x: "abd" }, ["x", "0"], { x: "abc" }],
  ])("%s", (_, desired, live, field, expected) => {
    expect(withLiveFields(desired, live, [rule("roles", ...field)])).toEqual(expected);
  });
});

/** Fields of the first level of roles, and paths of every depth of config. */
const samples: readonly [KindName, string[]][] = [
  ["roles", ["cluster_permissions"]],
  ["roles", ["index_permissions"]],
  ["internalusers", ["attributes"]],
  ["config", ["dynamic"]],
  ["config", ["dynamic", "kibana"]],
  ["config", ["dynamic", "authc"]],
  ["config", ["dynamic", "http", "xff", "enabled"]],
];

function isLive(live: Body, path: string, value: Value): boolean {
  return isSameValue(valueAt(live, path.slice("/config".length)), value);
}

test.each(samples)("no patch of %s changes %j where it is ignored", (kind, path) => {
  const canonical = bodies(kinds[kind]).map((body) => canonicalize(kinds[kind], body, version));
  fc.assert(
    fc.property(canonical, canonical, (live, wanted) => {
      const body = withLiveFields(wanted, live, [rule(kind, ...path)]);
      const changes = diffEntities(kind, new Map([["config", { body }]]), new Map([["config", live]]));
      // An entity that is left empty names one of its fields again, as empty as it is (`Kind.atLeastOne`).
      const touched = changes
        .flatMap((change) => makeOperations(kinds[kind], change))
        .filter((operation) => operation.op === "remove" || JSON.stringify(operation.value) !== "[]")
        // What the server would forget is written again as it is.
        .filter((operation) => operation.op === "remove" || !isLive(live, operation.path, operation.value));
      const ignored = `/config/${path.join("/")}`;
      for (const operation of touched) expect(`${operation.path}/`.startsWith(`${ignored}/`)).toBe(false);
      for (const operation of touched) expect(`${ignored}/`.startsWith(`${operation.path}/`)).toBe(false);
    }),
  );
});

test("a rule without a field is about whole entities of its kind alone", () => {
  const whole: IgnoreRule = { kind: "roles", name: "team_*", reason: "theirs", setBy: "osac.yml:1" };
  expect(findIgnored([whole], "roles", "team_a")).toEqual({ whole, fields: [] });
  expect(findIgnored([whole], "roles", "a_team_a").whole).toBeUndefined();
  expect(findIgnored([whole], "tenants", "team_a").whole).toBeUndefined();
});

const role: Body = { cluster_permissions: ["cluster_monitor"] };

const proxies = (order: number): Body => ({
  dynamic: { http: { xff: { internalProxies: String(order) } } },
});

const makeRule = (given: Partial<IgnoreRule>): IgnoreRule => ({
  kind: "roles",
  name: "theirs",
  reason: "by hand",
  setBy: "osac.yml:4",
  ...given,
});

const described = (text: string): Body => ({ ...role, description: text });

describe("what osac.yml ignores", () => {
  test("is neither created, changed nor deleted, and is listed once", () => {
    const all: Pruning = { mode: "all", include: ["*"], exclude: [] };
    const plan = makePlanned(
      kinds.roles,
      { their_new: role, theirs: described("file") },
      makeLive(kinds.roles, { theirs: described("hand"), their_old: role }),
      { prune: { roles: all }, ignore: [makeRule({ name: "their*" })] },
    );
    expect(plan).toMatchObject({ changes: [], unmanaged: [], compared: 0, findings: [] });
    expect(plan.ignored).toEqual([
      { kind: "roles", name: "their_new", reason: "by hand", at },
      { kind: "roles", name: "theirs", reason: "by hand", at },
      { kind: "roles", name: "their_old", reason: "by hand" },
    ]);
  });

  test("is all that is left out", () => {
    const plan = makePlanned(
      kinds.roles,
      { ours: role },
      makeLive(kinds.roles, { theirs: role, old: role }),
      {
        ignore: [makeRule({}), makeRule({ kind: "tenants", name: "ours" })],
      },
    );
    expect(actions(plan)).toEqual(["create ours"]);
    expect(plan.unmanaged.map(({ name }) => name)).toEqual(["old"]);
  });

  test("an ignored field is listed if it differs, and the change names it", () => {
    const ignore = [makeRule({ field: ["description"] })];
    const live = makeLive(kinds.roles, { theirs: described("hand") });

    const same = makePlanned(kinds.roles, { theirs: described("file") }, live, { ignore });
    expect(same.changes).toEqual([]);
    expect(same.ignored).toEqual([{ kind: "roles", name: "theirs", reason: "description: by hand", at }]);

    const wanted = { theirs: { description: "file", cluster_permissions: ["cluster_all"] } };
    const [change] = makePlanned(kinds.roles, wanted, live, { ignore }).changes;
    expect(change).toMatchObject({
      action: "update",
      after: { description: "hand" },
      ignored: [["description"]],
    });

    expect(makePlanned(kinds.roles, { theirs: described("hand") }, live, { ignore }).ignored).toEqual([]);
  });

  test("an ignored field of a new entity is sent as declared, and affects no other entity", () => {
    const ignore = [makeRule({ field: ["description"] })];
    const plan = makePlanned(
      kinds.roles,
      { other: described("file"), theirs: described("file") },
      makeLive(kinds.roles, { other: described("hand") }),
      { ignore },
    );
    expect(plan.changes).toMatchObject([
      { action: "update", name: "other", after: { description: "file" } },
      { action: "create", name: "theirs", after: { description: "file" } },
    ]);
    for (const change of plan.changes) expect(change).not.toHaveProperty("ignored");
    expect(plan.ignored).toEqual([]);
  });

  test("names the path of a deep field", () => {
    const { ignored, changes } = makePlanned(
      kinds.config,
      { config: proxies(1) },
      makeLive(kinds.config, { config: proxies(2) }),
      { ignore: [makeRule({ kind: "config", name: "config", field: ["dynamic", "http", "xff"] })] },
    );
    expect(changes).toEqual([]);
    expect(ignored.map(({ reason }) => reason)).toEqual(["dynamic/http/xff: by hand"]);
  });

  test.each<[string, Partial<IgnoreRule>, string]>([
    ["an entity that is nowhere", { name: "gone" }, "roles/gone"],
    ["a field of one that is nowhere", { name: "gone", field: ["description"] }, "roles/gone/description"],
    ["a field below one that is not there", { field: ["x", "y"] }, "roles/theirs/x/y"],
  ])("but is not there is said: %s", (_, given, address) => {
    const plan = makePlanned(kinds.roles, { theirs: role }, makeLive(kinds.roles, {}), {
      ignore: [makeRule(given)],
    });
    expect(plan.findings).toEqual([
      {
        code: "unused-ignore",
        severity: "warning",
        message: `the ignore rule of osac.yml:4 matches nothing: there is no ${address}`,
        hint: "remove or correct it",
      },
    ]);
  });

  test.each<[string, Partial<IgnoreRule>]>([
    ["an entity of the files", { name: "theirs" }],
    ["an entity of the cluster", { name: "old" }],
    ["a field that is at its default", { field: ["description"] }],
    ["another kind, which no file declares", { kind: "tenants", name: "gone" }],
  ])("and is there is not: %s", (_, given) => {
    const live = makeLive(kinds.roles, { old: role });
    expect(makePlanned(kinds.roles, { theirs: role }, live, { ignore: [makeRule(given)] }).findings).toEqual(
      [],
    );
  });

  test("is found where either side has it", () => {
    const path = ["dynamic", "authc", "ldap"];
    const ignore = [makeRule({ kind: "config", name: "config", field: path })];
    const domain: Body = { dynamic: { authc: { ldap: { order: 1 } } } };
    for (const [files, live] of [
      [domain, {}],
      [{}, domain],
    ] as const)
      expect(
        makePlanned(kinds.config, { config: files }, makeLive(kinds.config, { config: live }), { ignore })
          .findings,
      ).toEqual([]);
  });
});
