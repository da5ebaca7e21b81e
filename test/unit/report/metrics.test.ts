import { expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { Change } from "../../../src/model/change.ts";
import type { DriftCause } from "../../../src/model/drift.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { formatCheckMetrics, formatFailureMetrics, type CheckMetrics } from "../../../src/report/metrics.ts";
import { makeLive, makePlanned } from "../plan/planned.ts";

const target = { cluster: 'https://a:9200/"x"', directory: "a\\b\nc" };
const labels = String.raw`cluster="https://a:9200/\"x\"",directory="a\\b\nc"`;
const run = { target, now: new Date("2026-01-02T03:04:05Z"), seconds: 1.23456, exitCode: 2, tool: "0.1.0" };
const now = 1767323045;

const changed = makePlanned(
  kinds.tenants,
  { a: { description: "new" }, b: { description: "new" }, c: { description: "new" } },
  makeLive(kinds.tenants, { a: { description: "old" }, x: {}, y: {} }),
);
const plan: Plan = {
  ...changed,
  skipped: [
    { kind: "tenants", name: "s", reason: "reserved", differs: true },
    { kind: "tenants", name: "t", reason: "reserved" },
    { kind: "roles", name: "s", reason: "reserved", differs: true },
  ],
  ignored: [
    { kind: "tenants", name: "i", reason: "one field" },
    { kind: "tenants", name: "i", reason: "another field" },
  ],
  escalations: [
    {
      word: "everything",
      names: ["everything/user:ann", "everything/user:b"],
      principals: [],
      effect: "may do everything",
      causes: [],
      allowed: { setBy: "osac.yml:3" },
    },
    {
      word: "weaker-audit",
      names: ["weaker-audit/audit"],
      principals: [],
      effect: "records less",
      causes: [],
    },
  ],
  access: {
    changes: (["gain", "gain", "loss"] as const).map((direction) => ({
      principals: [],
      direction,
      effect: "",
      before: "",
      after: "",
      causes: [],
    })),
    escalations: [],
    doubts: [],
  },
};
const causes = new Map<Change, DriftCause>(
  plan.changes.map((change, index) => [change, index === 0 ? "live" : "files"]),
);
const check: CheckMetrics = {
  ...run,
  plan,
  declared: ["tenants", "roles"],
  causes,
  isTold: true,
  certificatesUntil: ["2027-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2028-01-01T00:00:00Z"],
};

/** The samples without the labels of the target. */
function samples(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      expect(line).toContain(`{${labels}`);
      return line.replace(labels, "").replace("{,", "{").replace("{}", "");
    });
}

test("the metrics of a completed check tell everything that alerts ask for", () => {
  expect(samples(formatCheckMetrics(check))).toEqual([
    `osac_last_run_timestamp_seconds ${now}`,
    "osac_last_run_exit_code 2",
    "osac_last_run_duration_seconds 1.235",
    'osac_build_info{version="0.1.0"} 1',
    `osac_last_success_timestamp_seconds ${now}`,
    'osac_entities{kind="tenants",state="managed"} 1',
    'osac_entities{kind="tenants",state="unmanaged"} 2',
    'osac_entities{kind="tenants",state="skipped"} 2',
    'osac_entities{kind="tenants",state="ignored"} 1',
    'osac_entities{kind="tenants",state="not_compared"} 0',
    'osac_unmanaged_entity{kind="tenants",name="x"} 1',
    'osac_unmanaged_entity{kind="tenants",name="y"} 1',
    'osac_drift_entities{kind="tenants",cause="live"} 1',
    'osac_drift_entities{kind="tenants",cause="files"} 2',
    'osac_drift_entities{kind="tenants",cause="both"} 0',
    'osac_drift_entities{kind="tenants",cause="skipped"} 1',
    'osac_escalation{word="everything",who="user:ann",allowed="true"} 1',
    'osac_escalation{word="everything",who="user:b",allowed="true"} 1',
    'osac_escalation{word="weaker-audit",who="audit",allowed="false"} 1',
    'osac_access_changes{direction="gain"} 2',
    'osac_access_changes{direction="loss"} 1',
    'osac_access_changes{direction="change"} 0',
    'osac_kind_compared{kind="tenants"} 1',
    'osac_kind_compared{kind="roles"} 0',
    `osac_certificate_expiry_timestamp_seconds ${Date.parse("2026-02-01T00:00:00Z") / 1000}`,
  ]);
});

test("the side that changed is unknown without a base, and not none", () => {
  const unknown = new Map<Change, DriftCause>(plan.changes.map((change) => [change, "unknown"]));
  const found = samples(formatCheckMetrics({ ...check, isTold: false, causes: unknown }));
  expect(found.filter((line) => line.startsWith("osac_drift_entities"))).toEqual([
    'osac_drift_entities{kind="tenants",cause="unknown"} 3',
    'osac_drift_entities{kind="tenants",cause="skipped"} 1',
  ]);
});

test("what is not there has no sample, access that is not compared has zeros", () => {
  const { escalations: _, access: __, ...rest } = plan;
  const found = samples(formatCheckMetrics({ ...check, plan: rest, certificatesUntil: [] }));
  expect(found.filter((line) => /^osac_(?:escalation|access|certificate)/.test(line))).toEqual([
    'osac_access_changes{direction="gain"} 0',
    'osac_access_changes{direction="loss"} 0',
    'osac_access_changes{direction="change"} 0',
  ]);
});

test("each family has its help and its type once, before its samples, and the text ends with a line", () => {
  const text = formatCheckMetrics(check);
  const heads = text.split("\n").filter((line) => line.startsWith("#"));
  const families = [...new Set(text.match(/^osac_\w+/gm))];
  expect(heads).toEqual(
    families.flatMap((family) => [
      expect.stringMatching(new RegExp(`^# HELP ${family} [A-Z1].+\\.$`)),
      `# TYPE ${family} gauge`,
    ]),
  );
  expect(text).toMatch(/[^\n]\n$/);
});

test("a failed check keeps what the last completed one said of the same target, and nothing else", () => {
  const older = formatCheckMetrics(check);
  const [kept, own] = [/^osac_(?!last_run|build)/, /^osac_(?:last_run|build)/];
  const edited = [
    older,
    older.replaceAll("directory=", "folder="),
    `osac_entities{${labels},state="x"} many`,
    `osac_entities{${labels},state="x"} 1 2`,
    `osac_entities{${labels},state=x} 1`,
    `osac_entities{${labels},state="x"} 1.5`,
    `osac_unknown{${labels}} 1`,
  ].join("\n");
  const failed = samples(formatFailureMetrics({ ...run, exitCode: 7, seconds: 3 }, edited));
  expect(failed.filter((line) => kept.test(line))).toEqual(
    samples(older)
      .filter((line) => kept.test(line))
      .flatMap((line, index, all) =>
        line.startsWith("osac_entities") && !all[index + 1]!.startsWith("osac_entities")
          ? [line, 'osac_entities{state="x"} 1.5']
          : [line],
      ),
  );
  expect(failed.filter((line) => own.test(line))).toEqual([
    `osac_last_run_timestamp_seconds ${now}`,
    "osac_last_run_exit_code 7",
    "osac_last_run_duration_seconds 3",
    'osac_build_info{version="0.1.0"} 1',
  ]);
});

test("a check that never completed says so by what is missing", () => {
  expect(samples(formatFailureMetrics(run)).map((line) => line.replace(/[ {].*/, ""))).toEqual([
    "osac_last_run_timestamp_seconds",
    "osac_last_run_exit_code",
    "osac_last_run_duration_seconds",
    "osac_build_info",
  ]);
});
