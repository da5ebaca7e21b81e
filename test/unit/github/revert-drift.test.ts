import { describe, expect, test } from "vitest";
import { addCurrentPlan } from "../../../src/github/current-plan.ts";
import { readInputs } from "../../../src/github/inputs.ts";
import type { Ended, Job } from "../../../src/github/job.ts";
import { openApi, openPullRequestReporter } from "../../../src/github/pull-request-reporter.ts";
import { chooseEnd, makeRevertOutputs, revertDrift, updateIssue } from "../../../src/github/revert-drift.ts";
import type { Report } from "../../../src/report/command-result.ts";
import { makeIo } from "../../support/osac.ts";
import { makeEvent, openMemory } from "./memory.ts";

const change = { action: "update", kind: "roles", name: "a", fields: [], cause: "live" };

function ended(code: number, command: string, document: object = {}, findings: object[] = []): Ended {
  const whole = {
    command,
    exitCode: code,
    changes: [],
    skipped: [],
    unmanaged: [],
    summary: {},
    cluster: { name: "logs", uuid: "u" },
    ...document,
  };
  const markdown: Report["markdown"] = ({ about, limit, whole: place }) =>
    [`### ${command}`, about, limit, place].join("|");
  return { code, report: { document: whole, findings, markdown } as unknown as Report };
}

const drifted = ended(2, "drift", { changes: [change], drift: { failOn: [] } });
const clean = ended(0, "drift", { drift: { failOn: [] } });
const unreachable = ended(7, "drift");
const reverted = ended(0, "apply", {
  changes: [
    { ...change, result: "done" },
    { ...change, result: "failed" },
  ],
  backup: "b.json",
});
const refused = ended(5, "apply", {}, [
  { code: "too-many-deletes", severity: "error" },
  { code: "too-many-deletes", severity: "error" },
  { code: "unmanaged", severity: "warning" },
]);

function job(given: Record<string, string> = {}): Job {
  const inputs = {
    command: "drift",
    remediation: "revert",
    issue: "true",
    base: "HEAD",
    "fail-on": "live",
    ...given,
  };
  const env = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return { inputs: readInputs(env), event: makeEvent(1), io: makeIo(), folder: "/f", notes: [] };
}

/** A run of osac that ends so, one after the other, and the inputs of each. */
function runs(...all: readonly Ended[]) {
  const asked: Job["inputs"][] = [];
  const run = async ({ inputs }: Job): Promise<Ended> => {
    asked.push(inputs);
    return all[asked.length - 1]!;
  };
  return { asked, run };
}

describe("drift is reverted", () => {
  test("by an apply of the files, and checked again", async () => {
    const { asked, run } = runs(reverted, clean);
    expect(await revertDrift(job(), drifted, run)).toEqual({
      check: drifted,
      revert: reverted,
      again: clean,
    });
    expect(asked).toMatchObject([
      { command: "apply", base: "", "fail-on": "", remediation: "report", issue: "false" },
      { command: "drift", base: "HEAD", "fail-on": "live", remediation: "revert", issue: "true" },
    ]);
  });

  test("and not checked again, if that fails", async () => {
    expect(await revertDrift(job(), drifted, runs(refused).run)).toEqual({ check: drifted, revert: refused });
  });

  test.for<[string, Ended, Record<string, string>]>([
    ["there is none", clean, {}],
    ["the check failed", unreachable, {}],
    ["only a report is wanted", drifted, { remediation: "report" }],
    ["another command found changes", ended(2, "plan", { changes: [change] }), {}],
  ])("but not if %s", async ([, check, given]) => {
    const { asked, run } = runs();
    expect(await revertDrift(job(given), check, run)).toEqual({ check });
    expect(asked).toEqual([]);
  });

  test("so the step ends as the last check, or as an apply that failed", () => {
    expect(chooseEnd({ check: drifted })).toBe(drifted);
    expect(chooseEnd({ check: drifted, revert: refused })).toBe(refused);
    expect(chooseEnd({ check: drifted, revert: reverted, again: clean })).toBe(clean);
  });

  test("and the outputs count what was written", () => {
    expect(makeRevertOutputs({ check: drifted })).toEqual({});
    expect(makeRevertOutputs({ check: drifted, revert: reverted, again: clean })).toEqual({
      "reverted-count": "1",
      "backup-file": "b.json",
    });
    expect(makeRevertOutputs({ check: drifted, revert: refused })).toMatchObject({
      "reverted-count": "0",
      "has-drift": "true",
      "backup-file": "",
    });
    const failed = { code: 3, report: { document: { command: "apply" } } } as unknown as Ended;
    expect(makeRevertOutputs({ check: drifted, revert: failed, again: clean })).toEqual({
      "reverted-count": "0",
    });
  });
});

const keep = async (checked: Parameters<typeof updateIssue>[2], given: Record<string, string> = {}) => {
  const github = openMemory();
  const result = await updateIssue(github, job(given), checked);
  return { github, result, issue: github.issues[0] };
};

describe("the issue of a check", () => {
  test("has the report, for the cluster or its label", async () => {
    const { issue, result, github } = await keep({ check: drifted }, { "issue-labels": "a, b\nc,," });
    expect(result).toEqual({ outputs: { "issue-number": "1" }, findings: [] });
    expect(issue).toMatchObject({ title: "Drift: logs, .", labels: ["a", "b", "c"], state: "open" });
    expect(issue!.body).toMatch(/### drift\|commit `0123456789ab`.*\|60000\|the summary of the \[run\]/s);
    expect(github.comments).toEqual([]);
    expect((await keep({ check: drifted }, { "comment-label": "prod" })).issue!.title).toBe("Drift: prod, .");
    const named = (cluster: object) =>
      keep({ check: ended(2, "drift", { changes: [change], cluster, drift: { failOn: [] } }) });
    expect((await named({ name: null, uuid: "u-1" })).issue!.title).toBe("Drift: u-1, .");
    expect((await named({ name: null, uuid: null })).issue!.title).toBe("Drift: .");
  });

  test("says why drift was not reverted", async () => {
    const { issue } = await keep({ check: drifted, revert: refused });
    expect(issue!.body).toContain(
      "|**Not reverted** (exit code 5: `too-many-deletes`). The job's summary says what to do.\n\n",
    );
    const silent = await keep({ check: drifted, revert: ended(6, "apply") });
    expect(silent.issue!.body).toContain("**Not reverted** (exit code 6). The job's");
  });

  test("is opened and closed, if the drift was reverted", async () => {
    const { issue, github } = await keep({ check: drifted, revert: reverted, again: clean });
    expect(issue).toMatchObject({ state: "closed" });
    expect(issue!.body).not.toContain("Not reverted");
    expect(github.comments[0]!.body).toMatch(
      /^No drift any more.*\n\nIt was reverted:\n\n### apply\|.*\|59000\|the summary/s,
    );
  });

  test("stays open, if there is drift again, or if the second check failed", async () => {
    const other = ended(2, "drift", { changes: [{ ...change, name: "other" }], drift: { failOn: [] } });
    expect((await keep({ check: drifted, revert: reverted, again: other })).issue).toMatchObject({
      state: "open",
    });
    expect((await keep({ check: drifted, revert: reverted, again: unreachable })).issue).toMatchObject({
      state: "open",
    });
  });

  test("is none without drift, for a failed check, or if no issue is wanted", async () => {
    for (const [check, given] of [
      [clean, {}],
      [unreachable, {}],
      [drifted, { issue: "false" }],
    ] as const) {
      const { github, result } = await keep({ check }, given);
      expect(github.issues).toEqual([]);
      expect(result).toEqual({ outputs: {}, findings: [] });
    }
  });

  test("that GitHub refuses is a warning", async () => {
    const github = openMemory();
    github.refuse = /issues/;
    expect(await updateIssue(github, job(), { check: drifted })).toMatchObject({
      outputs: {},
      findings: [{ severity: "warning", message: "the issue was not written: no GET /issues?state=all" }],
    });
  });
});

describe("a stale plan", () => {
  const stale = ended(4, "apply", { review: { stale: 1 } });
  const now = ended(0, "plan", { planId: "abc" });

  test("has the current plan beside it, with its outputs", async () => {
    const { asked, run } = runs(now);
    const given = job({
      remediation: "report",
      issue: "false",
      command: "apply",
      "plan-file": "p.json",
      "expect-plan": "x",
      "fail-on-changes": "true",
    });
    const shown = await addCurrentPlan(given, stale, run);
    expect(asked).toMatchObject([
      { command: "plan", "plan-file": "", "expect-plan": "", "fail-on-changes": "" },
    ]);
    expect(shown).toMatchObject({ code: 4, outputs: { "plan-id": "abc" } });
    const text = shown.report.markdown({ limit: 1000, about: "A", whole: "W" });
    const first = "### apply|A|500|W";
    expect(text.startsWith(`${first}\n### plan|Plan \`abc\` · commit`)).toBe(true);
    expect(text).toContain(`|${1000 - first.length - 1}|the summary of the [run]`);
    expect(shown.report.markdown({ about: "" })).toContain("|Infinity|");
  });

  test("is shown alone, if its report has it or the step failed otherwise", async () => {
    const { asked, run } = runs();
    for (const one of [ended(4, "apply", { review: { stale: 0 } }), ended(5, "apply"), reverted])
      expect(await addCurrentPlan(job(), one, run)).toEqual({ ...one, outputs: {} });
    expect(asked).toEqual([]);
  });
});

/** A step about a pull request. */
const pulled = (given: Record<string, string>): Job => ({
  ...job({ remediation: "report", issue: "false", ...given }),
  event: makeEvent(1, { pullRequest: { number: 7 } }),
});

const write = async (given: Record<string, string>, one: Ended, github = openMemory()) => {
  const { event, ...inputs } = given;
  const about = event === "push" ? { ...pulled(inputs), event: makeEvent(1) } : pulled(inputs);
  github.head = "0123456789abcdef";
  return { github, told: await openPullRequestReporter(about, github)?.report(one) };
};

describe("the comment of a step", () => {
  const plan = ended(0, "plan", { changes: [change] });
  const empty = ended(0, "plan");

  test.for<[string, Record<string, string>, Ended, number | undefined]>([
    ["always", { command: "plan" }, empty, 1],
    ["with changes", { command: "plan", comment: "changes" }, plan, 1],
    ["with a failure", { command: "plan", comment: "changes" }, unreachable, 1],
    ["not without changes", { command: "plan", comment: "changes" }, empty, 0],
    ["never", { command: "plan", comment: "never" }, plan, undefined],
    ["not after a push of a plan", { command: "plan", event: "push" }, plan, undefined],
    ["not after an apply of no pull request", { command: "apply", event: "push" }, plan, 0],
  ])("is written %s", async ([, given, one, count]) => {
    const { github, told } = await write(given, one);
    expect(told === undefined ? undefined : github.comments.length).toBe(count);
    if (told) expect(told).toEqual({ url: count === 1 ? "url-1" : "", findings: [] });
  });

  test("goes to the merged pull request after an apply", async () => {
    const github = openMemory();
    github.pulls.push({ number: 9, merged_at: "2026" });
    const { told } = await write({ command: "apply", event: "push" }, plan, github);
    expect(told?.url).toBe("url-1");
    expect(github.log.at(-1)).toBe("POST /issues/9/comments");
    expect(github.comments[0]!.body).toMatch(/### plan\|.*\|60000\|the summary/s);
  });

  test("is only looked for before a run of a pull request", async () => {
    const github = openMemory();
    const sticky = async (one: Job) => openPullRequestReporter(one, github)?.sticky();
    expect(await sticky(pulled({ command: "plan" }))).toBeDefined();
    expect(await sticky({ ...pulled({ command: "apply" }), event: makeEvent(1) })).toBeUndefined();
    expect(github.log).toEqual([]);
  });

  test("that GitHub refuses is a warning", async () => {
    const github = openMemory();
    github.refuse = /comments/;
    const { told } = await write({ command: "plan" }, plan, github);
    expect(told).toMatchObject({
      url: "",
      findings: [{ severity: "warning", message: expect.stringContaining("the comment was not written") }],
    });
  });

  test("needs a token and a repository", async () => {
    expect(openApi(job())).toBeUndefined();
    const given = job({ "github-token": "ghs_token" });
    expect(openApi({ ...given, event: makeEvent(1, { repository: "" }) })).toBeUndefined();
    const api = openApi(given);
    expect(api).toBeDefined();
    await api!.close();
  });
});
