import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../src/settings/settings-file.ts";
import { folder } from "../../support/folder.ts";
import { listErrors } from "../../support/refusal.ts";
import { listRefusals, readRun } from "./run-settings.ts";

/** There is no file of targets beside the settings file. */
const noOther = async (): Promise<undefined> => undefined;

const errors = async (text: string): Promise<string[]> =>
  (await listErrors(async () => parseSettings(text, "c/osac.yml", noOther))).toSorted();

describe("a wrong settings file", () => {
  test.for<[string, string[]]>([
    ["kinds: { roles: 1 }\n", ["[bad-value] c/osac.yml:1:1: kinds: expected a list, found a map"]],
    [
      "history: { paths: [a, 3] }\n",
      ["[bad-value] c/osac.yml:1:23: history.paths.1: expected a text, found 3"],
    ],
    ["strict: [true]\n", ["[bad-value] c/osac.yml:1:1: strict: expected true or false, found a list"]],
    ["strict: 'true'\n", ['[bad-value] c/osac.yml:1:1: strict: expected true or false, found "true"']],
    ["strict:\n", ["[bad-value] c/osac.yml:1:1: strict: expected true or false, found null"]],
    ["cluster: 3\n", ["[bad-value] c/osac.yml:1:1: cluster: expected a map, found 3"]],
    [
      "cluster: { timeout: soon }\n",
      ['[bad-value] c/osac.yml:1:12: cluster.timeout: expected a number, found "soon"'],
    ],
    [
      "guards: { max_deletes: 1.5 }\n",
      ["[bad-value] c/osac.yml:1:11: guards.max_deletes: expected a whole number, found 1.5"],
    ],
    [
      "variables: { a: [] }\n",
      [
        "[bad-value] c/osac.yml:1:14: variables.a: expected a text or a number or true or false, found a list",
      ],
    ],
    [
      "guards: { allow_escalation: [x] }\n",
      ['[bad-value] c/osac.yml:1:30: guards.allow_escalation.0: expected a map, found "x"'],
    ],
    [
      "prune: { roles: some }\n",
      ['[bad-value] c/osac.yml:1:10: prune.roles: expected one of never, removed, all, found "some"'],
    ],
    [
      "cluster: { auth: basic }\n",
      ['[bad-value] c/osac.yml:1:12: cluster.auth: expected one of sigv4, found "basic"'],
    ],
    ["kinds: []\n", ["[bad-value] c/osac.yml:1:1: kinds: must NOT have fewer than 1 items"]],
    ["geheim\n", ["[bad-value] c/osac.yml:1:1: c/osac.yml: expected a map, found a text"]],
    ["42\n", ["[bad-value] c/osac.yml:1:1: c/osac.yml: expected a map, found a number"]],
    ["ignore: [{ name: a, reason: b }]\n", ["[bad-value] c/osac.yml:1:10: ignore.0: kind is missing"]],
    ["clustr: {}\n", ["[unknown-setting] c/osac.yml:1:1: unknown setting clustr | did you mean cluster?"]],
    ["frobnicate: 1\n", ["[unknown-setting] c/osac.yml:1:1: unknown setting frobnicate"]],
    ["target: {}\n", ["[unknown-setting] c/osac.yml:1:1: unknown setting target | did you mean targets?"]],
    [
      "cluster: { timout: 3 }\n",
      ["[unknown-setting] c/osac.yml:1:12: unknown setting cluster.timout | did you mean cluster.timeout?"],
    ],
    [
      "prune: { role: all }\n",
      ["[unknown-setting] c/osac.yml:1:10: unknown setting prune.role | did you mean prune.roles?"],
    ],
    [
      "targets: { a: { cluster: { timout: 3 }, groop: x } }\n",
      [
        "[unknown-setting] c/osac.yml:1:28: unknown setting targets.a.cluster.timout | did you mean cluster.timeout?",
        "[unknown-setting] c/osac.yml:1:41: unknown setting targets.a.groop | did you mean group?",
      ],
    ],
    [
      "targets: { a: { strict: 1 } }\n",
      ["[bad-value] c/osac.yml:1:17: targets.a.strict: expected true or false, found 1"],
    ],
    [
      "targets: { 'a b': {}, -a: {} }\n",
      ["22", "12"].map(
        (_, index) =>
          `[bad-target] c/osac.yml:1:${[12, 23][index]}: the name of a target has letters, digits and single . _ - between them, and is not "${["a b", "-a"][index]}" | write a name such as eu-1; it is a part of file names and variables`,
      ),
    ],
    [
      "targets: { a.b: {}, c: {}, a-b: {}, A_B: {} }\n",
      ["a-b", "A_B"].map(
        (name, index) =>
          `[bad-target] c/osac.yml:1:${[28, 37][index]}: the targets a.b and ${name} would read the same variables, OSAC_TARGET_A_B_… | rename one of the two`,
      ),
    ],
    [
      "order: [one, two]\ntargets: { a: { group: one }, b: { group: three }, c: {} }\n",
      [
        '[bad-order] c/osac.yml:1:14: order: no target has the group "two" | remove it from order, or correct the name',
        '[bad-order] c/osac.yml:2:31: the target b has the group "three", and order lists one, two | set its group to one of the list, or add the group to order',
        "[bad-order] c/osac.yml:2:52: the target c has no group, and order lists one, two | set its group to one of the list, or add the group to order",
      ],
    ],
  ])("%j", async ([text, expected]) => {
    expect(await errors(text)).toEqual(expected.toSorted());
  });

  test("is one of YAML first, and none of settings then", async () => {
    const [first, ...others] = await errors("strict: 1\nstrict: 2\n");
    expect(first).toMatch(/^\[[\w-]+\] c\/osac\.yml:2:1: /);
    expect(others).toEqual([]);
  });
});

describe("a right one", () => {
  test.for([
    "",
    "# later\n",
    "order: [a]\ntargets: { x: { group: a } }\n",
    "targets: { x: { group: a }, y: {} }\n",
  ])("%j", async (text) => {
    await expect(parseSettings(text, "osac.yml", noOther)).resolves.toBeDefined();
  });

  test("has its settings as texts and values, with their places, and its targets", async () => {
    const file = await parseSettings(
      "kinds: [roles, tenants]\ncluster:\n  timeout: 3\n  url: https://a\norder: [b]\n" +
        "targets:\n  a.1:\n    group: b\n    labels: { region: eu }\n    variables: { x: y, z: 1 }\n  c: { group: b }\n",
      "osac.yml",
      noOther,
    );
    expect([...file.settings].map(([key, { texts, value, at }]) => [key, texts, value, at])).toEqual([
      ["kinds", ["roles", "tenants"], ["roles", "tenants"], { file: "osac.yml", line: 1, column: 1 }],
      ["cluster.url", ["https://a"], "https://a", { file: "osac.yml", line: 4, column: 3 }],
      ["cluster.timeout", ["3"], 3, { file: "osac.yml", line: 3, column: 3 }],
    ]);
    expect(file.order).toEqual(["b"]);
    const [one, other] = [...file.targets.values()];
    expect(one).toMatchObject({ name: "a.1", group: "b", labels: { region: "eu" }, at: { line: 7 } });
    expect(one?.settings.get("variables")).toMatchObject({ texts: ["x=y", "z=1"], at: { line: 10 } });
    expect(one?.settings.get("variables")?.locate("/z")).toMatchObject({ line: 10, column: 24 });
    expect(other).toMatchObject({ name: "c", group: "b", labels: {}, at: { line: 11 } });
    expect(file.settings.get("kinds")?.locate("/1")).toMatchObject({ line: 1, column: 16 });
  });
});

test("a settings file is read through no link that leads out of the directory, unless it was named", async () => {
  const elsewhere = await folder({ "osac.yml": "strict: true\n" });
  const cwd = await folder({ "c/x": "" });
  await symlink(join(elsewhere, "osac.yml"), join(cwd, "c/osac.yml"));
  expect((await readRun(cwd, { flags: { config: ["c/osac.yml"] } })).settings.strict).toBe(true);
  await symlink("nowhere", join(cwd, "osac.yml"));
  expect((await listRefusals(cwd)).join("\n")).toMatch(/^\[\S+\] osac\.yml:1:1: osac\.yml /);
});
