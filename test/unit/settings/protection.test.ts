import { describe, expect, test } from "vitest";
import type { PlanSettings } from "../../../src/model/plan.ts";
import type { GivenSetting } from "../../../src/settings/given-setting.ts";
import type { OptionName } from "../../../src/settings/options.ts";
import { readProtection } from "../../../src/settings/protection.ts";
import { parseSettings } from "../../../src/settings/settings-file.ts";

/** There is no file of targets beside the settings file. */
const noOther = async (): Promise<undefined> => undefined;

async function settings(text: string) {
  return (await parseSettings(text, "osac.yml", noOther)).settings;
}

const line = (at: { line: number } | undefined): string => (at ? `:${at.line}` : "");

async function protect(
  text: string,
  typed: Partial<Record<OptionName, [string, ...string[]]>> = {},
  own?: string,
): Promise<PlanSettings> {
  const given = Object.entries(typed).map(([name, [source, ...texts]]): [OptionName, GivenSetting] => [
    name as OptionName,
    { texts, rank: 3, source: { name: source, base: "/work" } },
  ]);
  const filed = await settings(text);
  return readProtection(new Map(given), filed, own === undefined ? filed : await settings(own));
}

const shown = ({ protective }: PlanSettings): unknown[] =>
  protective.map(({ name, value, at, from }) => [`${name}${line(at)}`, value, from]);

describe("the protective settings in force", () => {
  test("are those of the file, one a leaf, with their lines", async () => {
    const text =
      "kinds: [roles]\nstrict: true\nverbose: true\nprune:\n  roles: all\n  tenants: { mode: removed, exclude: [] }\n" +
      "ignore:\n  - { kind: roles, name: a, reason: b }\n  - { kind: roles, name: c, reason: d }\n" +
      "guards:\n  allow_delete: [roles/a, { name: roles/b, reason: c }]\nhistory: { paths: [] }\n";
    expect(shown(await protect(text))).toEqual([
      ["kinds:1", ["roles"], undefined],
      ["strict:2", true, undefined],
      ["prune.roles:5", "all", undefined],
      ["prune.tenants.mode:6", "removed", undefined],
      ["ignore:8", { kind: "roles", name: "a", reason: "b" }, undefined],
      ["ignore:9", { kind: "roles", name: "c", reason: "d" }, undefined],
      ["guards.allow_delete:11", "roles/a", undefined],
      ["guards.allow_delete:11", { name: "roles/b", reason: "c" }, undefined],
    ]);
  });

  test("are not the defaults, whoever writes them", async () => {
    const text =
      "strict: false\nguards: { max_deletes: 5, max_delete_share: 20% }\nprune: {}\nfacts: { settings: {} }\n";
    expect(shown(await protect(text))).toEqual([]);
    expect(
      shown(await protect("", { maxDeletes: ["--max-deletes", "5"], strict: ["OSAC_STRICT", "0"] })),
    ).toEqual([]);
  });

  test("are a flag's in place of the file's, or beside them where both count", async () => {
    const text =
      "strict: true\nguards: { max_deletes: 7, allow_delete: [roles/a] }\nprune: { roles: removed }\n";
    const typed = {
      maxDeletes: ["--max-deletes", "9"],
      allowDelete: ["--allow-delete", "roles/b", "roles/c=d"],
      prune: ["--prune", "roles=all", "tenants=never"],
      allowLockoutRisk: ["--allow-lockout-risk", "true"],
      backup: ["OSAC_BACKUP", "backups"],
      strict: ["OSAC_STRICT", "0"],
    } as const;
    expect(shown(await protect(text, typed as never))).toEqual([
      ["prune.roles:3", "removed", undefined],
      ["prune.roles", "all", "--prune"],
      ["prune.tenants", "never", "--prune"],
      ["guards.max_deletes", 9, "--max-deletes"],
      ["guards.allow_delete:2", ["roles/a"], undefined],
      ["guards.allow_delete", "roles/b", "--allow-delete"],
      ["guards.allow_delete", "roles/c=d", "--allow-delete"],
      ["allow-lockout-risk", true, "--allow-lockout-risk"],
      ["backup.directory", "backups", "OSAC_BACKUP"],
    ]);
  });
});

describe("the settings that a plan is bound to", () => {
  test("are the protective ones, and those that decide who applies it, until when and to what", async () => {
    const text =
      "strict: false\nverbose: true\ncluster: { url: https://a, username: ann, version: 2.19.4 }\nplan: { expires: 1 }\n" +
      "layers: [a]\nvariables: { a: 1 }\n";
    const { bound } = await protect(text);
    expect(bound).toEqual({
      "cluster.username": "ann",
      "cluster.version": "2.19.4",
      "plan.expires": 1,
      layers: ["a"],
      strict: false,
      variables: { a: 1 },
    });
  });

  test("are those in force, but layers and variables are a part of the files", async () => {
    const { bound } = await protect("strict: true\nlayers: [a]\n", {}, "layers: [b]\nvariables: { c: 1 }\n");
    expect(bound).toEqual({ strict: true, layers: ["b"], variables: { c: 1 } });
  });
});

const changes = async (before: string, after: string): Promise<unknown[]> =>
  (await protect(before, {}, after)).changes.map((one) => [
    `${one.name}${line(one.at)}`,
    "before" in one ? one.before : "-",
    "after" in one ? one.after : "-",
  ]);

describe("what the files change in their own settings", () => {
  test.for<[string, string, unknown[]]>([
    ["strict: true\n", "strict: true\n", []],
    ["guards: { max_deletes: 5 }\n", "", []],
    ["", "guards: { max_deletes: 9 }\n", [["guards.max_deletes:1", 5, 9]]],
    ["guards: { max_deletes: 9 }\n", "", [["guards.max_deletes", 9, 5]]],
    ["guards: { max_deletes: 9 }\n", "\nguards: { max_deletes: 7 }\n", [["guards.max_deletes:2", 9, 7]]],
    ["kinds: [roles]\n", "", [["kinds", ["roles"], "-"]]],
    ["", "kinds: [roles]\n", [["kinds:1", "-", ["roles"]]]],
    ["verbose: true\n", "verbose: false\n", []],
    [
      "cluster: { url: https://a }\n",
      "cluster: { url: https://b }\n",
      [["cluster.url:1", "https://a", "https://b"]],
    ],
    ["drift: { metrics: a }\n", "drift: { metrics: b }\n", [["drift.metrics:1", "a", "b"]]],
    [
      "prune: { roles: all, tenants: { mode: all, exclude: [x] } }\n",
      "prune: { roles: never, tenants: { mode: all } }\n",
      [
        ["prune.roles:1", "all", "never"],
        ["prune.tenants.exclude", ["x"], "-"],
      ],
    ],
    [
      "ignore: [{ kind: roles, name: a, reason: b }]\n",
      "ignore: [{ kind: roles, name: c, reason: b }]\n",
      [["ignore:1", { kind: "roles", name: "a", reason: "b" }, { kind: "roles", name: "c", reason: "b" }]],
    ],
    [
      "ignore: [{ kind: roles, name: a, reason: b }]\n",
      "ignore:\n  - { kind: roles, name: a, reason: b }\n  - { kind: roles, name: c, reason: b }\n",
      [["ignore:3", "-", { kind: "roles", name: "c", reason: "b" }]],
    ],
    [
      "guards:\n  allow_delete: [{ name: roles/a, reason: b }]\n",
      "guards:\n  allow_delete: [{ name: roles/c, reason: d }, { name: roles/e, reason: f }]\n",
      [
        ["guards.allow_delete:2", "-", { name: "roles/c", reason: "d" }],
        ["guards.allow_delete:2", "-", { name: "roles/e", reason: "f" }],
        ["guards.allow_delete", { name: "roles/a", reason: "b" }, "-"],
      ],
    ],
  ])("from %j to %j", async ([before, after, expected]) => {
    expect(await changes(before, after)).toEqual(expected);
  });

  test("are none where the file in force is that of the files", async () => {
    expect((await protect("guards: { max_deletes: 9 }\n")).changes).toEqual([]);
  });
});
