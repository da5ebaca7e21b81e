import { describe, expect, test } from "vitest";
import type { OptionName } from "../../../src/settings/options.ts";
import { parseSettings, type SettingsFile } from "../../../src/settings/settings-file.ts";
import {
  findTarget,
  findVariable,
  insertName,
  listVariables,
  mergeTarget,
  refuseUnchosenTarget,
  targetOptions,
} from "../../../src/settings/targets.ts";
import { listErrors } from "../../support/refusal.ts";

/** There is no file of targets beside the settings file. */
const noOther = async (): Promise<undefined> => undefined;

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

describe("the variable that counts", () => {
  const own = "OSAC_TARGET_EU_1_";
  const one = { target: "eu-1" };
  const many = { target: "eu-1", isOneOfMany: true };

  test.for<[string, OptionName, string[], { target?: string; isOneOfMany?: boolean }, string?]>([
    ["the target's before that of all", "url", [`${own}URL`, "OSAC_URL"], one, `${own}URL`],
    ["that of all, if the target has none", "url", ["OSAC_URL"], one, "OSAC_URL"],
    ["that of all, without a target", "url", [`${own}URL`, "OSAC_URL"], {}, "OSAC_URL"],
    ["none for one of many", "url", ["OSAC_URL"], many],
    ["none, if none is set", "url", [], one],
    ["the usual login", "password", ["OSAC_PASSWORD"], one, "OSAC_PASSWORD"],
    ["the target's login", "password", [`${own}PASSWORD`, "OSAC_PASSWORD"], one, `${own}PASSWORD`],
    ["no usual password beside the target's user", "password", [`${own}USERNAME`, "OSAC_PASSWORD"], one],
    ["no usual user beside the target's token", "username", [`${own}TOKEN`, "OSAC_USERNAME"], one],
    ["no usual key beside the target's file", "clientKey", [`${own}PASSWORD_FILE`, "OSAC_CLIENT_KEY"], one],
    ["no usual signature beside the target's user", "auth", [`${own}USERNAME`, "OSAC_AUTH"], one],
    ["the usual signature", "auth", ["OSAC_AUTH"], one, "OSAC_AUTH"],
    [
      "no usual recovery key beside the target's certificate",
      "recoveryKey",
      [`${own}RECOVERY_CERT`, "OSAC_RECOVERY_KEY"],
      one,
    ],
    [
      "the usual recovery key beside the target's user",
      "recoveryKey",
      [`${own}USERNAME`, "OSAC_RECOVERY_KEY"],
      one,
      "OSAC_RECOVERY_KEY",
    ],
    [
      "the usual authority beside the target's user",
      "caCert",
      [`${own}USERNAME`, "OSAC_CA_CERT"],
      one,
      "OSAC_CA_CERT",
    ],
  ])("is %s", ([, name, set, where, found]) => {
    const env = Object.fromEntries(set.map((variable) => [variable, "x"]));
    expect(findVariable(name, env, { target: undefined, ...where })).toBe(found);
  });

  test("is none that is empty", () => {
    const env = { [`${own}URL`]: "", [`${own}USERNAME`]: "", OSAC_URL: "x", OSAC_PASSWORD: "p" };
    expect(findVariable("url", env, one)).toBe("OSAC_URL");
    expect(findVariable("password", env, one)).toBe("OSAC_PASSWORD");
  });
});

const file = async (text: string): Promise<SettingsFile> => parseSettings(text, "osac.yml", noOther);

describe("a name of a target", () => {
  test("that osac.yml does not have is refused with the nearest, or with ten of those that there are", async () => {
    const few = await file("targets: { eu-1: {}, us-1: {} }\n");
    expect(findTarget(few, "us-1", "--target").name).toBe("us-1");
    expect(await listErrors(() => findTarget(few, "eu-2", "--target"))).toEqual([
      '[unknown-target] --target: there is no target "eu-2" | did you mean eu-1?',
    ]);
    const none = await file("strict: true\n");
    expect(await listErrors(() => findTarget(none, "eu-2", "OSAC_TARGET"))).toEqual([
      '[unknown-target] OSAC_TARGET: there is no target "eu-2" | pass a directory whose osac.yml declares targets',
    ]);
    const names = Array.from({ length: 11 }, (_, index) => `cluster-${index}`);
    const many = await file(`targets: {${names.map((name) => `${name}: {}`).join(", ")}}\n`);
    expect(await listErrors(() => findTarget(many, "x", "--target"))).toEqual([
      `[unknown-target] --target: there is no target "x" | there are ${names.slice(0, 10).join(", ")} and 1 more`,
    ]);
  });

  test("that a run must give is asked for", async () => {
    const two = await file("targets: { eu-1: {}, us-1: {} }\n");
    const start = "[no-target] osac.yml has targets, and the command names none of them | pass --target eu-1";
    expect(await listErrors(() => refuseUnchosenTarget(two, { takesMany: false }))).toEqual([
      `${start}; there are eu-1, us-1`,
    ]);
    expect(await listErrors(() => refuseUnchosenTarget(two, { takesMany: true }))).toEqual([
      `${start}, or --targets all; there are eu-1, us-1`,
    ]);
    const none = await file("strict: true\n");
    expect(() => refuseUnchosenTarget(none, { takesMany: false })).not.toThrow();
  });

  test.for([
    ["drift.prom", "drift.eu-1.prom"],
    ["/var/a.b/drift", "/var/a.b/drift.eu-1"],
    ["out/audit.log.jsonl", "out/audit.log.eu-1.jsonl"],
  ] as const)("goes into the name of a file: %s", ([path, named]) => {
    expect(insertName(path, "eu-1")).toBe(named);
  });
});

describe("the settings of a target", () => {
  const text =
    "strict: true\ncluster: { timeout: 3 }\nvariables: { a: 1, b: 2 }\ntargets:\n" +
    "  eu-1: { cluster: { timeout: 4 }, variables: { b: 3, c: 4 } }\n  us-1: {}\n";

  test("are its own, and those of all that it does not set", async () => {
    const { settings, targets } = await file(text);
    const merged = mergeTarget(settings, targets.get("eu-1"));
    expect(merged.get("strict")).toMatchObject({ value: true, at: { line: 1 } });
    expect(merged.get("cluster.timeout")).toMatchObject({ value: 4, at: { line: 5 } });
    expect(mergeTarget(settings, targets.get("us-1")).get("cluster.timeout")).toMatchObject({ value: 3 });
    expect(mergeTarget(settings, undefined)).toBe(settings);
  });

  test("have the variables of both, each with its place", async () => {
    const { settings, targets } = await file(text);
    const merged = mergeTarget(settings, targets.get("eu-1")).get("variables")!;
    expect(merged.value).toEqual({ a: 1, b: 3, c: 4 });
    expect(merged.texts).toEqual(["a=1", "b=2", "b=3", "c=4"]);
    expect(merged.at).toMatchObject({ line: 5 });
    expect(["a", "b", "c"].map((name) => merged.locate(`/${name}`).line)).toEqual([3, 5, 5]);
    expect(["a", "b", "c"].map((name) => merged.isShared?.(name))).toEqual([true, false, false]);
    const shared = mergeTarget(settings, targets.get("us-1")).get("variables")!;
    expect(shared).toMatchObject({ value: { a: 1, b: 2 }, texts: ["a=1", "b=2"], at: { line: 3 } });
    expect(shared.locate("/a").line).toBe(3);
    expect(shared.isShared?.("a")).toBe(true);
  });

  test("have its own variables alone, if all targets have none", async () => {
    const { settings, targets } = await file("targets: { eu-1: { variables: { a: 1 } } }\n");
    const merged = mergeTarget(settings, targets.get("eu-1"));
    expect(merged.get("variables")).toMatchObject({ value: { a: 1 } });
    expect(mergeTarget(settings, undefined).get("variables")).toBeUndefined();
  });
});
