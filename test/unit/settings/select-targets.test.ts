import { describe, expect, test } from "vitest";
import { selectTargets } from "../../../src/settings/select-targets.ts";
import type { TargetNote } from "../../../src/settings/settings.ts";
import { makeStages, refuseMissingGroups } from "../../../src/settings/target-stages.ts";
import { listErrors } from "../../support/refusal.ts";

function target(name: string, group: string | undefined, labels: TargetNote["labels"] = {}): TargetNote {
  return { name, group, labels, layers: ["."], isShared: false };
}

const targets = [
  target("eu-1", "canary", { region: "eu", team: "a" }),
  target("eu-2", "rest", { region: "eu" }),
  target("us-1", "rest", { region: "us", all: "x" }),
  target("dev", undefined),
];

describe("--targets selects", () => {
  test.for([
    ["all", "eu-1 eu-2 us-1 dev"],
    ["us-1", "us-1"],
    ["us-1,eu-1", "eu-1 us-1"],
    [" dev , group:canary ", "eu-1 dev"],
    ["group:rest", "eu-2 us-1"],
    ["region=eu", "eu-1 eu-2"],
    ["team=a,region=eu", "eu-1 eu-2"],
    ["all=x", "us-1"],
    ["group:rest,us-1,all", "eu-1 eu-2 us-1 dev"],
  ] as const)("%s", ([text, names]) => {
    expect(selectTargets(targets, text).map(({ name }) => name)).toEqual(names.split(" "));
  });

  const unknown = "[unknown-target] --targets: there is no";
  const labels = "there are region=eu, team=a, region=us, all=x";

  test.for([
    ["us-2", `${unknown} target "us-2" | did you mean us-1?`],
    ["frankfurt", `${unknown} target "frankfurt" | there are eu-1, eu-2, us-1, dev`],
    ["group:canry", `${unknown} group "canry" | did you mean canary?`],
    ["group:eu-1", `${unknown} group "eu-1" | there are canary, rest`],
    ["zone=asia-1", `${unknown} label "zone=asia-1" | ${labels}`],
    ["region=e", `${unknown} label "region=e" | did you mean region=eu?`],
    ["rest", `${unknown} target "rest" | there are eu-1, eu-2, us-1, dev`],
    ["eu-1,", `${unknown} target "" | there are eu-1, eu-2, us-1, dev`],
    ["eu-1, eu-1", '[repeated-flag] --targets names "eu-1" twice | keep one'],
  ] as const)("nothing for %s, which is an error", async ([text, error]) => {
    expect(await listErrors(() => selectTargets(targets, text))).toEqual([error]);
  });

  test("nothing without targets", async () => {
    expect(await listErrors(() => selectTargets([], "all"))).toEqual([
      "[unknown-target] --targets all: there are no targets | pass a directory whose osac.yml declares targets",
    ]);
    expect(await listErrors(() => selectTargets([], "eu-1"))).toEqual([
      `${unknown} target "eu-1" | pass a directory whose osac.yml declares targets`,
    ]);
  });
});

const named = (order: string[], selected = targets): string[][] =>
  makeStages(selected, order).map((stage) => stage.map(({ name }) => name));

const refusal = async (order: string[], ...names: string[]): Promise<string[]> =>
  listErrors(() =>
    refuseMissingGroups(
      targets.filter(({ name }) => names.includes(name)),
      targets,
      order,
    ),
  );

describe("the stages of apply --targets", () => {
  test("are the groups of order, without those that have no selected target", () => {
    expect(named([])).toEqual([["eu-1", "eu-2", "us-1", "dev"]]);
    expect(named(["rest", "canary"])).toEqual([["eu-2", "us-1"], ["eu-1"]]);
    expect(named(["canary", "rest"], [targets[1]!])).toEqual([["eu-2"]]);
  });

  test("need every target of the groups before", async () => {
    const hint =
      "name it as well, for example --targets all, or pass --pass-gate; a target without changes costs one plan";
    expect(await refusal(["canary", "rest"], "us-1")).toEqual([
      `[missing-group] the group rest comes after canary, and the target eu-1 of that group is not in this run | ${hint}`,
    ]);
    expect(await refusal(["rest", "canary"], "eu-1", "us-1")).toEqual([
      `[missing-group] the group canary comes after rest, and the target eu-2 of that group is not in this run | ${hint}`,
    ]);
  });

  test.for<[string[], string[]]>([
    [["canary", "rest"], ["eu-1"]],
    [
      ["canary", "rest"],
      ["eu-1", "us-1"],
    ],
    [["rest", "canary"], ["eu-2"]],
    [
      ["rest", "canary"],
      ["eu-1", "eu-2", "us-1"],
    ],
    [["canary", "rest"], ["dev"]],
    [[], ["us-1"]],
  ])("in the order %j, a run on %j alone may start", ([order, names]) => {
    const selected = targets.filter(({ name }) => names.includes(name));
    expect(() => refuseMissingGroups(selected, targets, order)).not.toThrow();
  });
});
