import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Escalation } from "../../../../src/model/escalation.ts";
import type { Json, JsonObject } from "../../../../src/model/value.ts";
import { mergedMarkdown } from "../../../../src/report/fleet/merged-markdown.ts";
import { mergeReports, type MergedReports } from "../../../../src/report/fleet/merge-reports.ts";
import { parseReport } from "../../../../src/report/fleet/parse-report.ts";
import type { NamedTarget } from "../../../../src/report/fleet/target-row.ts";
import { listErrors } from "../../../support/refusal.ts";

const at = { file: "osac/roles.yml", line: 3, column: 1 };
const target = { name: "eu-1", run: "7", tool: "1.0.0", seconds: 1.25 };
const finding = { code: "no-effect", severity: "warning", message: "it does nothing", at };
const gain = {
  principals: [{ kind: "user", name: "ann" }],
  direction: "gain",
  effect: "gains read on *",
  before: "",
  after: "",
  example: "a",
  perhaps: "so",
  causes: [{ kind: "roles", name: "r", at }],
};
const escalation = {
  word: "everything",
  names: ["everything/user:ann"],
  principals: gain.principals,
  effect: "may do everything",
  causes: gain.causes,
  allowed: { setBy: "osac.yml:3", reason: "on call" },
} as unknown as Escalation;
const update = {
  action: "update",
  kind: "tenants",
  name: "t",
  at,
  fields: [{ path: ["description"], before: "old", after: "new" }],
};
const report = {
  version: 1,
  command: "plan",
  exitCode: 0,
  cluster: { uuid: "u-1" },
  changes: [update],
  settings: [{ name: "strict", value: true, from: "--strict", at }],
  settingChanges: [{ name: "strict", after: false, at }],
  escalations: [escalation],
  access: [gain],
  accessDoubts: ["x is not read"],
  findings: [finding],
  target,
} as unknown as JsonObject;

const text = (given: JsonObject): string => JSON.stringify({ ...report, ...given });

/** Sets or removes what a path leads to. */
function withValue(path: string, value: Json | undefined): string {
  const copy = structuredClone(report) as Record<string, unknown>;
  const steps = path.split("/");
  const last = steps.pop()!;
  const holder = steps.reduce<Record<string, unknown>>(
    (one, step) => one[step] as Record<string, unknown>,
    copy,
  );
  holder[last] = value;
  return JSON.stringify(copy);
}

describe("a report of a run", () => {
  test("is read as it is", () => {
    expect(parseReport(JSON.stringify(report))).toEqual(report);
    const { version, command, exitCode, findings } = report;
    const least = { version, command, exitCode, findings, target: { ...target, run: null } } as JsonObject;
    expect(parseReport(JSON.stringify(least))).toEqual(least);
  });

  test.for([
    ["", "is empty"],
    [" \n", "is empty"],
    ["{", "is no JSON document"],
    ["[]", "is no JSON document"],
    ["null", "is no JSON document"],
    ['{"exitCode":0}', "is no report of a run with --output json"],
    ['{"version":1}', "is no report of a run with --output json"],
    ['{"version":1,"exitCode":"0"}', "is no report of a run with --output json"],
    ['{"version":2,"exitCode":0}', "has version 2 of the format, and this osac reads 1"],
    ['{"version":1,"exitCode":0}', "is the report of a run without --target"],
  ])("%j %s", ([given, why]) => {
    expect(parseReport(given!)).toBe(why);
  });

  test("has no number that is none", () => {
    expect(parseReport(text({}).replace('"seconds":1.25', '"seconds":1e999'))).toBeTypeOf("string");
    expect(parseReport(text({}).replace('"exitCode":0', '"exitCode":1e999'))).toBeTypeOf("string");
  });

  test.for([0, 2])("cannot end with %i and have an error", (exitCode) => {
    const findings = [{ ...finding, severity: "error" }] as unknown as JsonObject[];
    expect(parseReport(text({ exitCode, findings }))).toBe(
      "has an error, and the exit code of a run without one",
    );
    expect(parseReport(text({ exitCode: 5, findings }))).toBeTypeOf("object");
  });

  test.for<[path: string, wrong: readonly (Json | undefined)[]]>([
    ["target/name", [1, undefined]],
    ["target/run", [1, undefined]],
    ["target/tool", [null, undefined]],
    ["target/seconds", ["1", undefined, -1]],
  ])("needs its target: %s", ([path, wrong]) => {
    for (const value of wrong)
      expect([value, parseReport(withValue(path, value))]).toEqual([
        value,
        "is the report of a run without --target",
      ]);
  });

  test.for<[path: string, wrong: readonly (Json | undefined)[]]>([
    ["exitCode", [-5, 0.5, 1e300]],
    ["cluster", [null, [], "x"]],
    ["cluster/uuid", [1]],
    ["command", [undefined, 1, "", "Plan", "plan\n::error::x", "1"]],
    ["findings", [undefined, {}, "x"]],
    ["findings/0", [null, "x"]],
    ["findings/0/code", [undefined, "x\u001B[2J"]],
    ["findings/0/severity", [undefined, "fatal", 1]],
    ["findings/0/message", [undefined, 1]],
    ["findings/0/hint", [null, {}]],
    ["findings/0/at", [null, "x", { ...at, line: "3" }, { ...at, column: 0.5 }, { line: 3, column: 1 }]],
    ["changes", [{}, "x", null]],
    ["changes/0", [null, "x"]],
    ["changes/0/action", [undefined, "replace"]],
    ["changes/0/kind", [undefined, "nodes"]],
    ["changes/0/name", [undefined, 1]],
    ["changes/0/at", [{ ...at, file: 1 }]],
    ["changes/0/destructive", [null, {}]],
    ["changes/0/revokedPermissions", [null, 5]],
    ["changes/0/result", [{}]],
    ["changes/0/fields", [undefined, {}]],
    ["changes/0/fields/0", [null, "x"]],
    ["changes/0/fields/0/path", [undefined, "description", [1]]],
    ["settings", [{}]],
    ["settings/0", ["strict"]],
    ["settings/0/name", [undefined, 1]],
    ["settings/0/from", [1]],
    ["settings/0/at", [1]],
    ["settingChanges", [{}]],
    ["settingChanges/0/name", [undefined]],
    ["escalations", [{}]],
    ["escalations/0", ["x"]],
    ["escalations/0/word", [undefined, "Every thing", 1]],
    ["escalations/0/effect", [undefined]],
    ["escalations/0/allowed", [null, "yes"]],
    ["escalations/0/allowed/setBy", [undefined, 1]],
    ["escalations/0/allowed/reason", [1]],
    ["escalations/0/causes", [undefined]],
    ["access", [{}, null]],
    ["access/0", ["x"]],
    ["access/0/direction", [undefined, "both"]],
    ["access/0/principals", [undefined, [], {}]],
    ["access/0/principals/0", ["ann"]],
    ["access/0/principals/0/kind", [undefined, "group"]],
    ["access/0/principals/0/name", [undefined, 1]],
    ["access/0/effect", [1]],
    ["access/0/example", [1]],
    ["access/0/perhaps", [1]],
    ["access/0/causes", [undefined, {}]],
    ["access/0/causes/0", ["r"]],
    ["access/0/causes/0/kind", [undefined, "role"]],
    ["access/0/causes/0/name", [undefined]],
    ["access/0/causes/0/at", ["x"]],
    ["accessDoubts", [{}, [1]]],
  ])("is complete only with a right %s", ([path, wrong]) => {
    for (const value of wrong)
      expect([value, parseReport(withValue(path, value))]).toEqual([value, "is no complete report"]);
  });

  test.for([
    "changes",
    "settings",
    "settingChanges",
    "escalations",
    "access",
    "accessDoubts",
    "findings/0/at",
    "changes/0/at",
    "settings/0/from",
    "escalations/0/allowed",
    "escalations/0/allowed/reason",
    "access/0/example",
    "access/0/perhaps",
    "access/0/causes/0/at",
  ])("is complete without %s", (path) => {
    expect(parseReport(withValue(path, undefined))).toBeTypeOf("object");
  });
});

const file = (name: string, given: JsonObject = {}) => ({
  file: `reports/${name}.json`,
  text: text({ cluster: { uuid: name }, target: { ...target, name }, ...given }),
});

const merge = (
  files: readonly { readonly file: string; readonly text: string }[],
  targets: readonly NamedTarget[] = [],
): MergedReports => mergeReports(files, targets);

describe("the reports of one run", () => {
  test("become one row each, those without a report too", () => {
    const { command, rows, reports } = merge(
      [file("b", { exitCode: 7, findings: [{ ...finding, severity: "error" }] }), file("a")],
      [{ name: "a", group: "canary" }, { name: "b" }, { name: "c", group: "late" }],
    );
    expect([command, [...reports.keys()]]).toEqual(["plan", ["b", "a"]]);
    const counts = { create: 0, update: 1, delete: 0, destructive: 0 };
    expect(rows).toEqual([
      {
        target: "a",
        group: "canary",
        result: "changes",
        exitCode: 0,
        changes: counts,
        seconds: 1.25,
        error: null,
      },
      {
        target: "b",
        group: null,
        result: "unreachable",
        exitCode: 7,
        changes: counts,
        seconds: 1.25,
        error: { code: "no-effect", message: "it does nothing" },
      },
      {
        target: "c",
        group: "late",
        result: "not started",
        exitCode: null,
        changes: null,
        seconds: null,
        error: null,
      },
    ]);
  });

  test("name their targets themselves where no settings do", () => {
    expect(merge([file("b"), file("a")]).rows.map((row) => row.target)).toEqual(["b", "a"]);
    expect(merge([])).toEqual({ command: null, rows: [], reports: new Map() });
  });

  test("may be cut off: the target of that file failed", () => {
    const { rows } = merge(
      [file("a"), { file: "reports/b.json", text: "{" }],
      [{ name: "b" }, { name: "a" }],
    );
    expect(rows[0]).toEqual({
      target: "b",
      group: null,
      result: "failed",
      exitCode: 6,
      changes: null,
      seconds: null,
      error: { code: "bad-report", message: "reports/b.json is no JSON document" },
    });
    expect(rows[1]!.result).toBe("changes");
  });

  test("may be an apply whose new plan cannot be read: it counts as not empty", () => {
    const applied = file("b", { command: "apply" });
    const { rows } = merge([applied, { file: "again/b.json", text: "{" }], [{ name: "b" }]);
    expect(rows[0]).toMatchObject({
      result: "failed",
      exitCode: 6,
      error: {
        code: "not-empty-again",
        message:
          "after the apply, a new plan of the target is unknown: again/b.json is no JSON document: the next group does not start",
      },
    });
  });

  test("may be too large to read: the target of that file failed, and no other", () => {
    const why = "has 9 MB, more than the 8 MB that osac reads";
    const { rows } = mergeReports(
      [file("a"), { file: "reports/b.json", why }],
      [{ name: "b" }, { name: "a" }],
    );
    expect(rows.map(({ result, error }) => [result, error?.message])).toEqual([
      ["failed", `reports/b.json ${why}`],
      ["changes", undefined],
    ]);
  });

  test("may be cut off beside a whole one of the same target", () => {
    const whole = { ...file("b"), file: "again/other.json" };
    const { rows } = merge([whole, { file: "reports/b.json", text: "{" }], [{ name: "b" }]);
    expect(rows.map(({ result }) => result)).toEqual(["changes"]);
  });

  describe("an apply with a plan after it", () => {
    const applied = { command: "apply", changes: [{ ...update, result: "done" }] as unknown as Json };
    const mergeAgain = (again: JsonObject, own: JsonObject = {}): unknown =>
      merge([file("a", { ...applied, ...own }), { ...file("a", again), file: "again/a.json" }]).rows.map(
        ({ result, exitCode, error }) => [result, exitCode, error?.message],
      );
    const error = { ...finding, severity: "error", message: "nothing listens there" };
    const start = "after the apply, a new plan of the target";
    const end = "the next group does not start";

    test("is applied if that plan is empty", () => {
      expect(mergeAgain({ changes: [] })).toEqual([["applied", 0, undefined]]);
    });

    test("has failed if that plan has changes or errors", () => {
      expect(mergeAgain({ exitCode: 2 })).toEqual([["failed", 6, `${start} has 1 change: ${end}`]]);
      expect(
        mergeAgain({ exitCode: 7, changes: undefined, findings: [error] } as unknown as JsonObject),
      ).toEqual([["failed", 6, `${start} failed: nothing listens there: ${end}`]]);
    });

    test("keeps its own error", () => {
      const failed = { exitCode: 7, findings: [{ ...error, message: "it is gone" }] };
      expect(mergeAgain({ exitCode: 2 }, failed)).toEqual([["unreachable", 7, "it is gone"]]);
    });

    test("is refused with two of them", async () => {
      const again = file("a", { changes: [] });
      const files = [file("a", applied), { ...again, file: "x.json" }, { ...again, file: "y.json" }];
      expect(await listErrors(() => mergeReports(files, []))).toEqual([
        "[mixed-reports] the target a has two reports, x.json and y.json | keep that of the run that you mean",
      ]);
    });
  });

  const isShared = true;
  const oneCluster = [file("a"), file("b", { cluster: { uuid: "a" } })];
  const again = "merge the reports of one run only; begin each run with an empty directory";
  const correct = "correct the address of one of them, or set cluster.shared: true for both";
  test.for<[what: string, Parameters<typeof mergeReports>, error: string]>([
    [
      "a file of no target that is no report",
      [[{ file: "x.json", text: "{" }], []],
      "[bad-report] x.json is no JSON document | its run may have been cut off; run osac --target NAME --output json again for this target",
    ],
    [
      "two commands",
      [[file("a"), file("b", { command: "drift" })], []],
      `[mixed-reports] the reports differ in their command: reports/a.json has plan, reports/b.json has drift | ${again}`,
    ],
    [
      "two versions of osac",
      [[file("a"), file("b", { target: { ...target, name: "b", tool: "2.0.0" } })], []],
      `[mixed-reports] the reports differ in their version of osac: reports/a.json has 1.0.0, reports/b.json has 2.0.0 | ${again}`,
    ],
    [
      "two runs",
      [[file("a"), file("b", { target: { ...target, name: "b", run: null } })], []],
      `[mixed-reports] the reports differ in their run: reports/a.json has 7, reports/b.json has (none) | ${again}`,
    ],
    [
      "one target twice",
      [[file("a"), { ...file("a", { cluster: {} }), file: "b.json" }], []],
      "[mixed-reports] the target a has two reports, reports/a.json and b.json | keep that of the run that you mean",
    ],
    [
      "a stranger",
      [[file("a"), file("b")], [{ name: "a" }]],
      "[unknown-target] reports/b.json is about the target b, which osac.yml does not have | pass the directory whose osac.yml the run used",
    ],
    [
      "files of two targets that were exchanged",
      [[{ ...file("a"), file: "reports/b.json" }], [{ name: "a" }, { name: "b" }]],
      "[mixed-reports] reports/b.json is named like a target, and is about another one, a | name the file of a report after its target",
    ],
    [
      "one cluster twice",
      [oneCluster, []],
      `[mixed-reports] the targets a and b are one cluster | ${correct}`,
    ],
    [
      "one cluster twice, of which one target alone is shared",
      [oneCluster, [{ name: "a", isShared }, { name: "b" }]],
      `[mixed-reports] the targets a and b are one cluster | ${correct}`,
    ],
  ])("are refused for %s", async ([, given, error]) => {
    expect(await listErrors(() => mergeReports(...given))).toEqual([error]);
  });

  test("may be of a cluster that both targets share, and of clusters without an id", () => {
    const both = ["a", "b"].map((name) => ({ name, isShared }));
    expect(merge(oneCluster, both).rows).toHaveLength(2);
    const nameless = [
      file("a", { cluster: {} }),
      file("b", { cluster: { uuid: null } }),
      file("c", { cluster: {} }),
    ];
    expect(merge(nameless).rows).toHaveLength(3);
  });
});

const tenant = (name: string, given: JsonObject = {}): JsonObject => ({
  action: "create",
  kind: "tenants",
  name,
  at,
  fields: [],
  ...given,
});

/** What a report of a target without any difference lists. */
const empty = {
  changes: [],
  access: [],
  accessDoubts: [],
  escalations: [],
  settings: [],
  settingChanges: [],
  findings: [],
};

/** Reports of a fleet: two targets are alike, one drifts, one failed and one has nothing. */
const fleet = merge(
  [
    file("eu-1"),
    file("eu-2"),
    file("us-1", {
      access: undefined as never,
      accessDoubts: [],
      escalations: [],
      settings: [],
      settingChanges: [
        { name: "targets.us-1.group", after: "x" },
        { name: "prune", before: 1 },
      ],
      findings: [],
      changes: [
        tenant("a b", { fields: [{ path: ["description"], after: "new" }] }),
        tenant("c"),
        {
          ...tenant("r"),
          kind: "roles",
          action: "update",
          fields: [{ path: ["reserved"], inCluster: true, inFiles: false }],
        },
        { ...tenant("gone", { destructive: "deletion", at: undefined as never }), action: "delete" },
      ],
    }),
    file("us-2", {
      exitCode: 3,
      changes: undefined as never,
      access: undefined as never,
      accessDoubts: [],
      escalations: [],
      settings: [],
      settingChanges: [],
      findings: [{ ...finding, severity: "error", message: "a <b>" }],
    }),
    file("us-3", empty),
  ],
  ["eu-1", "eu-2", "us-1", "us-2", "us-3", "us-4"].map((name) => ({ name })),
);

/** The targets whose details a comment has. */
const details = (markdown: string): string[] =>
  [...markdown.matchAll(/<summary>([^:]*):/g)].map(([, name]) => name!);

describe("the comment about a fleet", () => {
  test("has the table, changed settings, who gains what and every change, then details of each target", async () => {
    await expect(
      mergedMarkdown(fleet, [{ name: "targets.a", before: "https://a", after: "https://b" }]),
    ).toMatchFileSnapshot(join(import.meta.dirname, "merged.md"));
  });

  test("without a report has no command", () => {
    expect(mergedMarkdown(merge([], [{ name: "a" }]), [])).toBe(
      "### osac report: 1 target: 1 not started\n\n**Not started: a.**\n\n| target | result |\n| --- | --- |\n| a | not started |\n",
    );
  });

  test("fits into a comment with many long changes of targets, and still has every change of entities", () => {
    const changes = Array.from({ length: 60 }, (_, index) => ({
      name: `targets.${"t".repeat(1000)}.labels.${"l".repeat(1000)}${index}`,
      after: "n".repeat(1000),
    }));
    const whole = mergedMarkdown(fleet, []).match(/^[-+!].* tenants\/.*$/gm)!;
    const cut = mergedMarkdown(fleet, changes);
    expect(cut.length).toBeLessThanOrEqual(65_000);
    for (const line of whole) expect(cut).toContain(line);
  });

  test("leaves out whole targets, and says how many", () => {
    const whole = mergedMarkdown(fleet, []);
    expect(details(whole)).toEqual(["us-2", "us-1", "eu-1", "eu-2"]);
    expect(mergedMarkdown(fleet, [], 65_000)).toBe(whole);
    const counts: number[] = [];
    for (let limit = 1_500; limit < 5_000; limit += 50) {
      const cut = mergedMarkdown(fleet, [], limit);
      const left = /cut: the details of (\d) targets? stand/.exec(cut)?.[1] ?? "0";
      expect([limit, cut.length <= limit, details(cut).length + Number(left)]).toEqual([limit, true, 4]);
      counts.push(Number(left));
    }
    expect(new Set(counts)).toEqual(new Set([2, 1, 0]));
  });

  test("leaves out the best targets of a table that is too long, and says how many", () => {
    const targets = Array.from({ length: 100 }, (_, place) => ({ name: `target-${100 + place}` }));
    const failed = file("target-150", {
      exitCode: 3,
      ...empty,
    });
    const markdown = mergedMarkdown(merge([failed], targets), [], 2000);
    const rows = markdown.match(/^\| target-.*$/gm)!;
    expect(markdown.length).toBeLessThanOrEqual(2000);
    expect(rows[0]).toContain("| target-150 | failed |");
    expect(rows.slice(1, 3).map((row) => row.slice(2, 12))).toEqual(["target-100", "target-101"]);
    expect(markdown).toContain(`**${100 - rows.length} more targets not listed: the worst stand above.**`);
  });
});
