import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../src/kinds/canonical.ts";
import { kinds } from "../../src/kinds/index.ts";
import { ignoredOf, withLiveFields, type FieldRule } from "../../src/kinds/ignore.ts";
import { parseVersion } from "../../src/kinds/version.ts";
import type { Body, IgnoreRule, KindName } from "../../src/model.ts";
import { diffEntities } from "../../src/plan/diff.ts";
import { operationsOf } from "../../src/plan/patch.ts";
import { bodies } from "../kinds/bodies.ts";

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

const version = parseVersion("3.4.0");

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

test.each(samples)("no patch of %s touches %j where it is ignored", (kind, path) => {
  const canonical = bodies(kinds[kind]).map((body) => canonicalize(kinds[kind], body, version));
  fc.assert(
    fc.property(canonical, canonical, (live, wanted) => {
      const body = withLiveFields(wanted, live, [rule(kind, ...path)]);
      const changes = diffEntities(kind, new Map([["config", { body }]]), new Map([["config", live]]));
      // An entity that is left empty names one of its fields again, as empty as it is (`Kind.atLeastOne`).
      const touched = changes
        .flatMap((change) => operationsOf(kinds[kind], change))
        .filter((operation) => operation.op === "remove" || JSON.stringify(operation.value) !== "[]");
      const ignored = `/config/${path.join("/")}`;
      for (const operation of touched) expect(`${operation.path}/`.startsWith(`${ignored}/`)).toBe(false);
      for (const operation of touched) expect(`${ignored}/`.startsWith(`${operation.path}/`)).toBe(false);
    }),
  );
});

test("a rule without a field is about whole entities of its kind alone", () => {
  const whole: IgnoreRule = { kind: "roles", name: "team_*", reason: "theirs", setBy: "osac.yml:1" };
  expect(ignoredOf([whole], "roles", "team_a")).toEqual({ whole, fields: [] });
  expect(ignoredOf([whole], "roles", "a_team_a").whole).toBeUndefined();
  expect(ignoredOf([whole], "tenants", "team_a").whole).toBeUndefined();
});
