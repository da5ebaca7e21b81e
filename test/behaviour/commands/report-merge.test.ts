import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import fleetSchema from "../../../schemas/fleet.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import statusSchema from "../../../schemas/status.schema.json" with { type: "json" };
import validationSchema from "../../../schemas/validation.schema.json" with { type: "json" };
import type { FleetDocument } from "../../../src/report/fleet/table.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addSchema([planSchema, statusSchema, validationSchema, fleetSchema]);

const tenants = (lines: string): string => `_meta: { type: tenants, config_version: 2 }\n${lines}`;

/** Two clusters and a third that is dead, as targets of one directory. */
async function stage() {
  const [one, two] = [await start(), await start()];
  const cwd = await folder({
    "osac.yml": [
      "targets:",
      `  eu-1: { group: canary, cluster: { url: ${one.url} } }`,
      `  eu-2: { group: production, cluster: { url: ${two.url} } }`,
      `  dead: { group: production, cluster: { url: "https://127.0.0.1:1" } }`,
      `  late: { group: production, cluster: { url: "https://127.0.0.1:1" } }`,
    ].join("\n"),
    "tenants.yml": tenants("search: { description: one }\n"),
    "ca.pem": one.caCert,
    "reports/.keep": "",
  });
  const env = { OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_RUN_ID: "7" };
  const run = async (...argv: string[]): Promise<Ran> =>
    osac([...argv, "--config", "osac.yml"], { cwd, env });
  /** Runs a job: one target, whose report is a file with its name. */
  const job = async (command: string, target: string, given: Record<string, string> = {}) => {
    const words = [command, "--target", target, "--config", "osac.yml", "--output", "json"];
    const more = command === "apply" ? ["--yes"] : [];
    const { code, out } = await osac([...words, ...more], { cwd, env: { ...env, ...given } });
    await writeFile(join(cwd, "reports", `${target}.json`), out);
    return { code, document: JSON.parse(out) as Record<string, unknown> };
  };
  const merge = async (...more: string[]): Promise<Ran> => run("report", "merge", "reports", ...more);
  return { one, two, cwd, run, job, merge };
}

const rowsIn = ({ out }: Ran): string[] =>
  (JSON.parse(out) as FleetDocument).targets.map(({ target, result }) => `${target}: ${result}`);

test("reports of jobs become one table, the worst first, and one exit code", async () => {
  const { job, merge } = await stage();
  const { document } = await job("plan", "eu-1");
  expect(document["target"]).toEqual({
    name: "eu-1",
    run: "7",
    tool: expect.any(String) as string,
    seconds: expect.any(Number) as number,
  });
  await job("plan", "eu-2");
  const { code } = await job("plan", "dead");
  expect(code).toBe(7);
  const merged = await merge();
  expect(merged.code).toBe(7);
  expect(merged.out.replaceAll(/ *\d+\.\d s/g, " N s")).toMatch(
    /^target {2}group .*\ndead +production +unreachable .*\[unreachable\]\nlate +production +not started\neu-1 +canary +changes +1 +0 +0 +0 N s\neu-2 +production +changes .*\n\n4 targets: 1 unreachable, 1 not started, 2 with changes\n$/,
  );
  const json = await merge("--output", "json");
  const fits = ajv.getSchema(fleetSchema.$id)!;
  void fits(JSON.parse(json.out));
  expect(fits.errors ?? []).toEqual([]);
  expect(rowsIn(json)).toEqual(["dead: unreachable", "late: not started", "eu-1: changes", "eu-2: changes"]);
});

test("the target without a report makes the merged apply partial", async () => {
  const { job, merge, cwd } = await stage();
  for (const target of ["eu-1", "eu-2"]) await job("apply", target);
  const { code, out } = await merge("--output", "json");
  expect(code).toBe(6);
  expect(rowsIn({ code, out, err: "" })).toEqual([
    "dead: not started",
    "late: not started",
    "eu-1: applied",
    "eu-2: applied",
  ]);
  await writeFile(
    join(cwd, "osac.yml"),
    (await readFile(join(cwd, "osac.yml"), "utf8")).replaceAll(/ {2}(?:dead|late).*\n?/g, ""),
  );
  expect((await merge()).code).toBe(0);
});

test("a report that was cut off is a failure of its target, and hides no other", async () => {
  const { job, merge, cwd } = await stage();
  await job("plan", "eu-1");
  await writeFile(join(cwd, "reports/eu-2.json"), '{ "version": 1,');
  const { code, out } = await merge("--output", "json");
  expect(code).toBe(6);
  expect(JSON.parse(out)).toMatchObject({
    targets: [{ target: "eu-2", result: "failed", error: { code: "bad-report" } }, {}, {}, {}],
  });
});

test("nor does one that is too large to read, or that is no text", async () => {
  const { job, merge, cwd } = await stage();
  await job("plan", "eu-1");
  await writeFile(join(cwd, "reports/eu-2.json"), " ".repeat(9 * 2 ** 20));
  await writeFile(join(cwd, "reports/dead.json"), Buffer.from([0xff, 0xfe]));
  const { code, out } = await merge("--output", "markdown");
  expect(code).toBe(6);
  expect(out).toContain("eu-2.json has 9 MB, more than the 8 MB that osac reads");
  expect(out).toContain("dead.json is not UTF-8");
  expect(out).toContain("tenants/search");
});

test("one comment has the table, and the changes of each target as a diff", async () => {
  const { job, merge } = await stage();
  await job("plan", "eu-1");
  await job("plan", "dead");
  const { out } = await merge("--output", "markdown");
  expect(out).toContain("### osac plan: 4 targets: 1 unreachable, 2 not started, 1 with changes");
  expect(out).toContain("| eu-1 | canary | changes | 1 | 0 | 0 | 0 |");
  expect(out).toContain(
    "<details><summary>eu-1: changes</summary>\n\n```diff\n+   tenants/search  tenants.yml:2\n      description  one\n```",
  );
  expect(out).toContain("<details><summary>dead: unreachable</summary>");
});

test("one comment shows first what the pull request changes about settings, who gains what, and every change", async () => {
  const { job, merge, cwd } = await stage();
  const { document } = await job("plan", "eu-1");
  const [change] = document["changes"] as object[];
  const changes = [
    ...Array.from({ length: 100 }, (_, index) => ({ ...change, name: `tenant-${index}`, fields: [] })),
    { ...change, kind: "rolesmapping", name: "all_access" },
  ];
  const causes = [{ kind: "rolesmapping", name: "all_access", at: { file: "x.yml", line: 1, column: 1 } }];
  const principals = [{ kind: "backend-role", name: "ops" }];
  const escalation = {
    word: "security-administration",
    names: [],
    principals,
    causes,
    effect: "becomes administrator",
  };
  const gain = { principals, direction: "gain", effect: "gains read on *", before: "", after: "", causes };
  const settingChanges = [{ name: "guards.allow_escalation", after: { name: "x", reason: "usual" } }];
  const suppressed = { code: "suppressed", severity: "notice", message: "unknown-action is suppressed" };
  const report = { ...document, changes, escalations: [escalation], access: [gain], settingChanges };
  const text = JSON.stringify({ ...report, findings: [suppressed] });
  await writeFile(join(cwd, "reports/eu-1.json"), text);
  const { out } = await merge("--output", "markdown");
  const order = [
    "guards.allow_escalation: +",
    "backend role ops becomes administrator",
    "backend role ops gains read on *",
    "rolesmapping/all_access",
    "tenants/tenant-0",
    "<details>",
    "unknown-action is suppressed",
  ].map((part) => out.indexOf(part));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test("a comment that is too long is cut between targets, and says so", async () => {
  const cwd = await folder({ "reports/.keep": "" });
  await mkdir(join(cwd, "reports"), { recursive: true });
  const { document } = await (await stage()).job("plan", "eu-1");
  const [change] = document["changes"] as object[];
  const changes = Array.from({ length: 200 }, (_, index) => ({ ...change, name: `tenant-${index}` }));
  for (let index = 0; index < 250; index += 1) {
    const target = { ...(document["target"] as object), name: `t-${index}` };
    const text = JSON.stringify({ ...document, cluster: { uuid: `u-${index}` }, changes, target });
    await writeFile(join(cwd, "reports", `t-${index}.json`), text);
  }
  const { out } = await osac(["report", "merge", "reports", "--output", "markdown"], { cwd });
  expect(out.length).toBeLessThan(65_536);
  expect(out).toMatch(/\*\*This report is cut: the details of \d+ targets stand in the reports/);
  expect(out.match(/<details>/g)).toHaveLength(out.match(/<\/details>/g)!.length);
  expect(out).toContain("| t-249 |");
});

describe("reports that do not belong together are refused", () => {
  const cases: readonly [string, (report: Record<string, unknown>) => object, string][] = [
    ["of another command", (one) => ({ ...one, command: "drift" }), "differ in their command"],
    [
      "of another version of osac",
      (one) => ({ ...one, target: { ...(one["target"] as object), name: "eu-2", tool: "0.0.1" } }),
      "differ in their version of osac",
    ],
    [
      "of another run",
      (one) => ({ ...one, target: { ...(one["target"] as object), name: "eu-2", run: "8" } }),
      "differ in their run",
    ],
    ["of one target twice", (one) => one, "the target eu-1 has two reports"],
    [
      "of two targets that are one cluster",
      (one) => ({ ...one, target: { ...(one["target"] as object), name: "eu-2" } }),
      "the targets eu-1 and eu-2 are one cluster",
    ],
    [
      "of a target that osac.yml does not have",
      (one) => ({ ...one, cluster: {}, target: { ...(one["target"] as object), name: "us-1" } }),
      "the target us-1, which osac.yml does not have",
    ],
    ["of another format", (one) => ({ ...one, version: 2 }), "this osac reads 1"],
    ["without a target", (one) => ({ ...one, target: undefined }), "is the report of a run without --target"],
    [
      "whose command is one of the runner",
      (one) => ({ ...one, command: "plan\n::error::x" }),
      "is no complete report",
    ],
    [
      "whose words move the cursor",
      (one) => ({ ...one, findings: [{ code: "x\u001B[2J", severity: "error", message: "" }] }),
      "is no complete report",
    ],
    [
      "with lists that are none",
      (one) => ({ ...one, access: [{ principals: [] }] }),
      "is no complete report",
    ],
    ["that are none", () => ({ filesDigest: "x", version: 1 }), "is no report of a run"],
  ];

  test.each(cases)("%s", async (_, change, message) => {
    const { job, merge, cwd } = await stage();
    const { document } = await job("plan", "eu-1");
    await writeFile(join(cwd, "reports/other.json"), JSON.stringify(change(document)));
    const { code, err } = await merge();
    expect(code).toBe(3);
    expect(err).toContain(message);
    expect(err).toMatch(/\[mixed-reports\]|\[bad-report\]|\[unknown-target\]/);
  });

  test("in the comment, too, so that no older one stands as if it were new", async () => {
    const { job, merge, cwd } = await stage();
    const { document } = await job("plan", "eu-1");
    await writeFile(join(cwd, "reports/other.json"), JSON.stringify(document));
    const { code, out, err } = await merge("--output", "markdown");
    expect(code).toBe(3);
    expect(out).toContain("### osac report merge failed: 1 error");
    for (const text of [out, err]) expect(text).toContain("the target eu-1 has two reports");
  });

  test("a directory that does not exist", async () => {
    const { run } = await stage();
    expect((await run("report", "merge", "nowhere")).err).toContain("nowhere does not exist");
  });
});

test("two targets of one cluster that both share it are merged", async () => {
  const { job, merge, cwd } = await stage();
  const { document } = await job("plan", "eu-1");
  const other = { ...document, target: { ...(document["target"] as object), name: "eu-2" } };
  await writeFile(join(cwd, "reports/other.json"), JSON.stringify(other));
  const text = await readFile(join(cwd, "osac.yml"), "utf8");
  await writeFile(join(cwd, "osac.yml"), `cluster: { shared: true }\n${text}`);
  expect(rowsIn(await merge("--output", "json"))).toContain("eu-2: changes");
});
