import { expect, test } from "vitest";
import { listVariables, targetOptions } from "../../../src/settings/targets.ts";

test("a target reads its own variable first, then that of all", () => {
  expect(listVariables("password", "eu-1")).toEqual(["OSAC_TARGET_EU_1_PASSWORD", "OSAC_PASSWORD"]);
  expect(listVariables("password", undefined)).toEqual(["OSAC_PASSWORD"]);
});

test("one target of many reads no login and no address but its own", () => {
  for (const name of targetOptions) {
    const [own, ...others] = listVariables(name, "eu-1", true);
    expect(own).toMatch(/^OSAC_TARGET_EU_1_[A-Z_]+$/);
    expect(others).toEqual([]);
  }
});

test("a setting that belongs to no cluster has one variable, and some have none", () => {
  expect(listVariables("strict", "eu-1", true)).toEqual(["OSAC_STRICT"]);
  expect(listVariables("nodeSettings", "eu-1")).toEqual([]);
});
