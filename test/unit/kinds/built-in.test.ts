import { expect, test } from "vitest";
import { builtInNames } from "../../../src/kinds/built-in.ts";
import { kindNames } from "../../../src/model/kind-name.ts";
import { parseVersion } from "../../../src/value/version.ts";

const makeRoles = (version: string): ReadonlySet<string> => builtInNames("roles", parseVersion(version));

test("a fresh server has as many roles as were counted on real nodes", () => {
  expect(["2.11.1", "2.19.4", "3.4.0"].map((version) => makeRoles(version).size)).toEqual([44, 50, 54]);
});

test("a fresh server has 26 action groups and the global tenant", () => {
  expect(builtInNames("actiongroups", parseVersion("2.10")).size).toBe(26);
  expect([...builtInNames("tenants", parseVersion("3.4.0"))]).toEqual(["global_tenant"]);
});

test("a role that was renamed and named back exists in the versions that have it", () => {
  const versions = ["2.12", "2.13", "2.14", "2.15.0", "2.16", "3.4.0"];
  const having = versions.filter((version) => makeRoles(version).has("query_assistant_access"));
  expect(having).toEqual(["2.13", "2.16", "3.4.0"]);
});

test("osac knows the built-in names of all versions if the version is unknown", () => {
  const names = builtInNames("roles");
  expect(names).toContain("ml_query_assistant_access");
  expect(names).toContain("forecast_full_access");
});

test("tenants, action groups and roles alone come with the server", () => {
  expect(kindNames.filter((kind) => builtInNames(kind).size > 0)).toEqual([
    "tenants",
    "actiongroups",
    "roles",
  ]);
});
