import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEvent, type Event } from "../../../src/github/event.ts";
import { readInputs } from "../../../src/github/inputs.ts";
import { attemptOrWarn, describeWhole, formatAbout, type Job } from "../../../src/github/job.ts";
import { failureReason, failureText, formatOutputs, makeOutputs } from "../../../src/github/outputs.ts";
import { createOrFind, findOwn, formatMarker } from "../../../src/github/own-texts.ts";
import type { GitHub } from "../../../src/github/api.ts";
import { failure } from "../../../src/errors.ts";
import type { Report } from "../../../src/report/command-result.ts";
import { folder } from "../../support/folder.ts";
import { makeIo } from "../../support/osac.ts";

async function event(env: Record<string, string>, payload?: object): Promise<Event> {
  const cwd = await folder({ "event.json": JSON.stringify(payload ?? {}) });
  return readEvent({
    GITHUB_REPOSITORY: "o/r",
    GITHUB_SHA: "sha1",
    GITHUB_RUN_ID: "42",
    ...(payload && { GITHUB_EVENT_PATH: join(cwd, "event.json") }),
    ...env,
  });
}

const results = (...all: readonly (string | undefined)[]) => ({
  command: "apply",
  changes: all.map((result) => ({ result })),
});

const lost = async () => Promise.reject(new Error("lost"));

const refused = async () => Promise.reject(failure("access", "github-refused", "no permission"));

describe("a failed step says why", () => {
  test.for<[number, string, string]>([
    [0, "", "done, nothing to do, or declined at the prompt (exit code 0)"],
    [1, "error", "internal error, please report (exit code 1)"],
    [2, "changes", "the cluster differs from the files, and fail-on-changes is true (exit code 2)"],
    [3, "validation", "bad input: files, settings, arguments (exit code 3)"],
    [4, "stale-plan", "stale plan (exit code 4)"],
    [5, "guard", "refused by a guard (exit code 5)"],
    [
      6,
      "partial",
      "applied in part, rejected by the server, or not as desired after the write (exit code 6)",
    ],
    [7, "unreachable", "cluster unreachable, login failed, or not allowed (exit code 7)"],
    [
      8,
      "lockout",
      "lockout: the plan would lock the caller out, or a change did and osac reverted it (exit code 8)",
    ],
    [130, "interrupted", "interrupted (130 by Ctrl-C, 143 by SIGTERM) (exit code 130)"],
    [143, "interrupted", "stopped (exit code 143)"],
    [99, "error", "stopped (exit code 99)"],
  ])("exit code %i", ([code, reason, text]) => {
    expect(failureReason(code)).toBe(reason);
    expect(failureText("plan", code)).toBe(text);
  });

  test("drift in its own words", () => {
    expect(failureText("drift", 2)).toBe("there is drift: the cluster differs from the files (exit code 2)");
  });
});

/** A report of which only the document counts. */
function report(document: object): Report {
  return { document, findings: [], markdown: () => "" } as unknown as Report;
}

describe("the outputs of a step", () => {
  const gain = { direction: "gain" };
  const document = {
    summary: { create: 1, update: 2, delete: 3, unmanaged: 4 },
    changes: [{}],
    planId: "abc",
    exitCode: 0,
    backup: "b.json",
    access: [gain, gain, { direction: "loss" }, { direction: "change" }],
    escalations: [{ allowed: {} }, {}, {}],
  };

  test("are those of its plan", () => {
    expect(makeOutputs(report(document))).toEqual({
      "has-changes": "true",
      "create-count": "1",
      "update-count": "2",
      "delete-count": "3",
      "unmanaged-count": "4",
      "access-gains": "2",
      "access-losses": "1",
      escalations: "2",
      "plan-id": "abc",
      "backup-file": "b.json",
    });
  });

  test("are empty or zero where nothing is known", () => {
    expect(makeOutputs(report({ summary: {}, changes: [], exitCode: 0 }))).toEqual({
      "has-changes": "false",
      "create-count": "0",
      "update-count": "0",
      "delete-count": "0",
      "unmanaged-count": "0",
      "access-gains": "",
      "access-losses": "",
      escalations: "0",
      "plan-id": "",
      "backup-file": "",
    });
    expect(makeOutputs(report({ summary: {} }))).toEqual({});
  });

  test.for([
    [0, "false"],
    [2, "true"],
    [7, undefined],
    [3, undefined],
  ] as const)("say whether drift counts, after exit code %i: %s", ([exitCode, hasDrift]) => {
    expect(makeOutputs(report({ ...document, drift: {}, exitCode }))["has-drift"]).toBe(hasDrift);
  });

  test("are written so that no value can end itself", () => {
    const text = formatOutputs({ "plan-id": "a\nosac-1\nb", "backup-file": "" });
    const [, end] = /^plan-id<<(osac-[0-9a-f-]{36})\n/.exec(text)!;
    expect(text.startsWith(`plan-id<<${end}\na\nosac-1\nb\n${end}\nbackup-file<<osac-`)).toBe(true);
    expect(text).not.toContain(`backup-file<<${end}`);
    expect(text).toMatch(/\nbackup-file<<(osac-\S+)\n\n\1\n$/);
  });
});

describe("the event of a run", () => {
  const own = { full_name: "o/r", default_branch: "main" };
  const pull = {
    number: 7,
    head: { sha: "head1", repo: own },
    base: { sha: "base1", ref: "main", repo: own },
  };

  test("the event of a pull request is about its head, and knows its base", async () => {
    expect(
      await event({ GITHUB_EVENT_NAME: "pull_request", GITHUB_RUN_ATTEMPT: "2" }, { pull_request: pull }),
    ).toEqual({
      name: "pull_request",
      repository: "o/r",
      commit: "head1",
      run: { id: 42, attempt: 2 },
      runUrl: "https://github.com/o/r/actions/runs/42/attempts/2",
      pullRequest: { number: 7 },
      base: { commit: "base1", isDefault: true },
      untrusted: undefined,
    });
  });

  test("the event of a push is about the commit, and about its own GitHub server", async () => {
    expect(await event({ GITHUB_EVENT_NAME: "push", GITHUB_SERVER_URL: "https://ghe" }, {})).toEqual({
      name: "push",
      repository: "o/r",
      commit: "sha1",
      run: { id: 42, attempt: 1 },
      runUrl: "https://ghe/o/r/actions/runs/42",
      pullRequest: undefined,
      base: undefined,
      untrusted: undefined,
    });
  });

  test("outside of GitHub has nothing", () => {
    expect(readEvent({})).toMatchObject({
      name: "",
      repository: "",
      commit: "",
      run: { id: 0, attempt: 1 },
    });
    expect(readEvent({})).not.toHaveProperty("ownCommits");
  });

  test("that cannot be read is refused", () => {
    expect(() => readEvent({ GITHUB_EVENT_PATH: "/nowhere" })).toThrow(
      "the event of the workflow cannot be read: /nowhere",
    );
  });

  const fork = "this pull request comes from a fork, whose files are given no secrets";
  const bot = "this pull request comes from Dependabot, whose runs are given no secrets";
  test.for<[string, string, object, string, string | undefined]>([
    ["the repository", "pull_request", pull, "ann", undefined],
    ["a fork", "pull_request", { ...pull, head: { repo: { full_name: "x/r" } } }, "ann", fork],
    ["a fork that is gone", "pull_request", { ...pull, head: { repo: null } }, "ann", fork],
    ["nowhere", "pull_request_target", {}, "ann", fork],
    ["a fork, by another event", "issues", { ...pull, head: { repo: { full_name: "x/r" } } }, "ann", fork],
    ["Dependabot", "pull_request", pull, "dependabot[bot]", bot],
    ["Dependabot, by a push", "push", {}, "dependabot[bot]", undefined],
  ])("from %s is trusted, or not", async ([, name, about, actor, why]) => {
    const env = { GITHUB_EVENT_NAME: name, GITHUB_ACTOR: actor };
    expect((await event(env, { pull_request: about })).untrusted).toBe(why);
  });

  test("into another branch does not have the settings of the default branch", async () => {
    const base = { ...pull.base, ref: "other" };
    const found = await event({ GITHUB_EVENT_NAME: "pull_request" }, { pull_request: { ...pull, base } });
    expect(found.base).toEqual({ commit: "base1", isDefault: false });
  });

  test.for<[string, object, readonly string[] | undefined]>([
    ["push", {}, undefined],
    ["schedule", {}, undefined],
    ["workflow_dispatch", {}, undefined],
    ["repository_dispatch", {}, undefined],
    ["merge_group", {}, undefined],
    ["release", {}, undefined],
    ["pull_request_target", {}, undefined],
    ["issue_comment", {}, ["sha1"]],
    [
      "workflow_run",
      { workflow_run: { head_repository: { full_name: "o/r" }, head_sha: "run1" } },
      ["sha1", "run1"],
    ],
    ["workflow_run", { workflow_run: { head_repository: { full_name: "x/r" }, head_sha: "run1" } }, ["sha1"]],
    ["something_new", {}, []],
  ])("%s that a stranger can cause has these commits of the repository: %j", async ([name, payload, own]) => {
    expect((await event({ GITHUB_EVENT_NAME: name }, payload)).ownCommits).toEqual(own);
  });
});

describe("the lines below a heading", () => {
  const event = {
    commit: "0123456789abcdef",
    runUrl: "https://github.com/o/r/actions/runs/42",
  } as Partial<Event> as Event;
  const job: Job = { inputs: readInputs({}), event, io: makeIo(), folder: "/f", notes: ["a note"] };
  const about = (document: object, code = 0) =>
    formatAbout(job, { code, report: report(document) }).replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, "TIME");
  const facts = "commit `0123456789ab` · TIME · [run](https://github.com/o/r/actions/runs/42)";

  test.for<[object, number, string]>([
    [{}, 0, `a note\n\n${facts}`],
    [{ planId: "abc" }, 2, `a note\n\nPlan \`abc\` · ${facts}`],
    [{}, 5, `**Failed:** guard (exit code 5)\n\na note\n\n${facts}`],
    [results("done"), 0, `**Applied:** 1 change.\n\na note\n\n${facts}`],
    [
      results("done", "failed", "not-tried"),
      6,
      `**Applied in part:** 1 of 3 changes.\n\n**Failed:** partial (exit code 6)\n\na note\n\n${facts}`,
    ],
    [results(undefined), 0, `**Not applied.**\n\na note\n\n${facts}`],
    [results(), 0, `a note\n\n${facts}`],
    [{ ...results("done"), command: "plan" }, 0, `a note\n\n${facts}`],
  ])("of %j after exit code %i", ([document, code, text]) => {
    expect(about(document, code)).toBe(text);
  });

  test("name the place of the whole report", () => {
    expect(describeWhole(job)).toBe(
      "the summary of the [run](https://github.com/o/r/actions/runs/42), or in the report file, which its artifact holds",
    );
  });
});

describe("texts on GitHub", () => {
  const target = { label: "a b", directory: "x/y" };
  const marker = "<!-- osac:comment a%20b x%2Fy -->";

  test("begin with a line that tells whose they are, even with long names", () => {
    expect(formatMarker("comment", target)).toBe(marker);
    expect(formatMarker("drift", { ...target, label: "x".repeat(200) })).toContain("x".repeat(200));
    expect(formatMarker("drift", { ...target, label: "x".repeat(201) })).toMatch(
      /^<!-- osac:drift [0-9a-f]{64} x%2Fy -->$/,
    );
  });

  test("are osac's own only if it wrote them, and they begin so", async () => {
    const texts = [
      { body: `${marker}\nmine`, user: { login: "bot" } },
      { body: `${marker}\nnot mine`, user: { login: "eve" } },
      { body: `see ${marker}`, user: { login: "bot" } },
      { body: null, user: { login: "bot" } },
      { body: marker, user: null },
    ];
    const github = { author: async () => "bot", all: async () => texts } as Partial<GitHub> as GitHub;
    expect(await findOwn(github, "/x", marker)).toEqual([texts[0]]);
  });

  test("osac finds its text on GitHub again if only the answer was lost", async () => {
    expect(
      await createOrFind(
        async () => "new",
        async () => "old",
      ),
    ).toBe("new");
    expect(await createOrFind<string>(lost, async () => "old")).toBe("old");
    await expect(createOrFind<string>(lost, async () => undefined)).rejects.toThrow("lost");
  });

  test("that cannot be written are warned of, and the run goes on", async () => {
    expect(await attemptOrWarn("the comment", async () => "done")).toEqual([]);
    expect(await attemptOrWarn("the comment", refused)).toMatchObject([
      { severity: "warning", code: "github-refused", message: "the comment was not written: no permission" },
    ]);
  });
});
