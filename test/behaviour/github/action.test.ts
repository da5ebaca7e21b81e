import { readFileSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { inputs, type Input } from "../../../src/github/inputs.ts";
import { outputs } from "../../../src/github/outputs.ts";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import { startSimulator, type Certificates, type Simulator } from "../../../src/simulator/index.ts";
import { makeFile } from "../commands/saved.ts";
import { commit, git, write } from "../../unit/git/repository.ts";
import { startFakeGitHub, type FakeGitHub } from "./fake-github.ts";
import { pullRequest, push, workflow, type EventOf, type Workflow } from "./workflow.ts";

const root = join(import.meta.dirname, "../../..");

let simulator: Simulator;
let fake: FakeGitHub;
let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});
beforeEach(async () => {
  [simulator, fake] = await Promise.all([startSimulator({ certificates }), startFakeGitHub()]);
});
afterEach(() => Promise.all([simulator.stop(), fake.stop()]));

const tenants = makeFile("tenants", "analysts: { description: Dashboards }");
const [first, second] = ["a".repeat(40), "b".repeat(40)] as const;

const started = (files: Record<string, string> = { "tenants.yml": tenants }): Promise<Workflow> =>
  workflow(simulator, fake, files);

const bodies = (number: number): string[] => (fake.comments.get(number) ?? []).map(({ body }) => body);

describe("a pull request", () => {
  test("gets the plan as a comment, a summary and outputs", async () => {
    const { step } = await started();
    fake.heads.set(7, first);
    const { code, summary, outputs: set } = await step({ "plan-file": "plan.json" }, pullRequest(7, first));

    expect(code).toBe(0);
    expect(set).toMatchObject({
      "exit-code": "0",
      "failure-reason": "",
      "has-changes": "true",
      "create-count": "1",
      "plan-id": expect.stringMatching(/^[0-9a-f]{64}$/),
      "comment-url": fake.comments.get(7)![0]!.html_url,
    });
    const [comment = ""] = bodies(7);
    for (const text of [summary, comment]) {
      expect(text).toContain("1 to create, 0 to update, 0 to delete");
      expect(text).toContain(set["plan-id"]);
      expect(text).toContain("[run](https://github.example/octo/security/actions/runs/500)");
      expect(text).toContain("+   analysts");
    }
    expect(JSON.parse(await readFile(set["plan-file"]!, "utf8"))).toMatchObject({ id: set["plan-id"] });
    expect(JSON.parse(await readFile(set["report-file"]!, "utf8"))).toMatchObject({ planId: set["plan-id"] });
  });

  test("has its comment found among hundreds, by marker and author, and edited in place", async () => {
    const { step, write } = await started();
    fake.heads.set(7, first);
    for (let index = 0; index < 310; index++) fake.addComment(7, `talk ${index}`, "somebody");
    await step({}, pullRequest(7, first));
    const [own] = fake.comments.get(7)!.slice(-1);
    fake.addComment(7, own!.body, "mallory");

    await write("tenants.yml", makeFile("tenants", "other: { description: Dashboards }"));
    fake.heads.set(7, second);
    await step({}, pullRequest(7, second, undefined, "501"));

    expect(fake.comments.get(7)).toHaveLength(312);
    expect(own!.body).toContain("+   other");
    expect(bodies(7).at(-1)).toContain("+   analysts");
  });

  test("keeps a comment apart for each label and directory", async () => {
    const { step } = await started();
    fake.heads.set(7, first);
    for (const label of ["eu", "us", "eu"]) await step({ "comment-label": label }, pullRequest(7, first));
    expect(bodies(7)).toHaveLength(2);
  });

  test("never shows the plan of an older commit as if it were of the newest", async () => {
    const { step } = await started();
    fake.heads.set(7, second);
    await step({}, pullRequest(7, second, undefined, "502"));
    const newest = bodies(7);
    await step({}, pullRequest(7, first, undefined, "501"));
    expect(bodies(7)).toEqual(newest);

    fake.heads.set(8, second);
    await step({}, pullRequest(8, first));
    expect(bodies(8)[0]).toMatch(/^### ~~osac plan .*~~$/m);
    expect(bodies(8)[0]).toContain("**Outdated:** `bbbbbbbbbbbb`");
  });

  test("has the heading struck through while a newer commit is planned", async () => {
    const { step } = await started();
    fake.heads.set(7, first);
    await step({}, pullRequest(7, first));
    fake.heads.set(7, second);
    const patches = () => fake.requests.filter(({ method }) => method === "PATCH").length;
    await step({}, pullRequest(7, second, undefined, "501"));
    expect(patches()).toBe(2);
    expect(bodies(7)[0]).not.toContain("~~");
  });

  test("a pull request without a change gets a comment only if asked for, and an old comment is cleared", async () => {
    const { step, write } = await started({ "tenants.yml": makeFile("tenants", "") });
    fake.heads.set(7, first);
    await step({ comment: "changes" }, pullRequest(7, first));
    expect(bodies(7)).toEqual([]);
    await write("tenants.yml", tenants);
    await step({ comment: "changes" }, pullRequest(7, first));
    await write("tenants.yml", makeFile("tenants", ""));
    await step({ comment: "changes" }, pullRequest(7, first));
    expect(bodies(7)).toEqual([expect.stringContaining("No changes.")]);
    await step({ comment: "never" }, pullRequest(9, first));
    expect(bodies(9)).toEqual([]);
  });

  test("gets a summary and one warning where the job may not comment", async () => {
    const { step } = await started();
    fake.heads.set(7, first);
    fake.permissions.clear();
    const { code, summary, annotations, outputs: set } = await step({}, pullRequest(7, first));
    expect(code).toBe(0);
    expect(summary).toContain("+   analysts");
    expect(annotations).toEqual([expect.stringMatching(/^::warning .*pull-requests: write/)]);
    expect(set["comment-url"]).toBeUndefined();
  });

  test("gets one warning where the job may not even read", async () => {
    const { step } = await started();
    fake.fail(...Array.from({ length: 9 }, () => ({ status: 401, method: "GET" })));
    const { code, annotations } = await step({}, pullRequest(7, first));
    expect(code).toBe(0);
    expect(annotations).toEqual([expect.stringMatching(/^::warning .*401/)]);
  });

  test.for([{}, { pull_request: null }, { pull_request: { number: 7 } }])(
    "whose payload does not say whose it is, such as %j, meets no cluster",
    async (payload) => {
      const { step } = await started();
      const { summary } = await step({}, { name: "pull_request", payload });
      expect(summary).toContain("**Not compared with the cluster:**");
      expect(simulator.requests).toEqual([]);
    },
  );

  test("a pull request with wrong files fails at their lines, ten at most, and at most reads the cluster", async () => {
    const wrong = Array.from({ length: 14 }, (_, index) => `role_${index}: { no_such_field: 1 }`).join("\n");
    const { step } = await started({ "roles.yml": makeFile("roles", wrong) });
    fake.heads.set(7, first);
    const { code, annotations, log, outputs: set } = await step({}, pullRequest(7, first));
    expect(code).toBe(1);
    expect(set).toMatchObject({ "exit-code": "3", "failure-reason": "validation" });
    expect(annotations).toHaveLength(10);
    expect(annotations[0]).toMatch(/^::error file=security\/roles\.yml,line=2,/);
    expect(annotations[9]).toContain("exit code 3");
    expect(log).toContain("and 5 more errors");
    expect(bodies(7)[0]).toContain("unknown field");
    expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a pull request of a fork is checked without the cluster, and the summary shows that", async () => {
    const { step } = await started();
    fake.permissions.clear();
    const { code, summary, outputs: set } = await step({}, pullRequest(7, first, "stranger/security"));
    expect(code).toBe(0);
    expect(summary).toContain("comes from a fork");
    expect(summary).toContain("osac validate");
    expect(set["has-changes"]).toBeUndefined();
    expect(simulator.requests).toEqual([]);
    const refused = await step({ command: "apply" }, pullRequest(7, first, "stranger/security"));
    expect(refused.outputs["failure-reason"]).toBe("validation");
    expect(refused.annotations[0]).toContain("title=untrusted-pull-request::");
    expect(simulator.requests).toEqual([]);
  });
});

describe("a merge", () => {
  test("applies the reviewed plan, and says so in the comment of its pull request", async () => {
    const { step } = await started();
    fake.heads.set(7, first);
    fake.merged.set(second, [7]);
    const planned = await step({}, pullRequest(7, first));
    const expected = { command: "apply", "expect-plan": planned.outputs["plan-id"]! };
    const { code, outputs: set } = await step(expected, push(second));
    expect(code).toBe(0);
    expect(set["backup-file"]).not.toBe("");
    expect(bodies(7)).toEqual([expect.stringContaining("**Applied:** 1 change.")]);
    expect(simulator.stored("tenants")).toHaveProperty("analysts");
  });

  test("writes nothing where something else would be written, and shows the new plan", async () => {
    const { step, write } = await started();
    fake.heads.set(7, first);
    fake.merged.set(second, [7]);
    const planned = await step({}, pullRequest(7, first));
    await write("tenants.yml", makeFile("tenants", "other: { description: Dashboards }"));
    const {
      code,
      summary,
      outputs: set,
    } = await step({ command: "apply", "expect-plan": planned.outputs["plan-id"]! }, push(second));
    expect(code).toBe(1);
    expect(set).toMatchObject({ "exit-code": "4", "failure-reason": "stale-plan" });
    expect(set["plan-id"]).not.toBe(planned.outputs["plan-id"]);
    for (const text of [summary, bodies(7)[0]]) {
      expect(text).toContain("+   other");
      expect(text).toContain("**Failed:** stale-plan");
    }
    expect(simulator.stored("tenants")).not.toHaveProperty("other");
  });
});

describe("a saved plan that is stale", () => {
  const after: [string, (workflow: Workflow) => Promise<void>, says: string][] = [
    [
      "because the cluster moved",
      () => simulator.edit("tenants", (all) => ({ ...all, analysts: { description: "by hand" } })),
      "by hand → Dashboards",
    ],
    [
      "because the files are others",
      ({ write }) => write("tenants.yml", makeFile("tenants", "other: { description: Dashboards }")),
      "+   other",
    ],
  ];
  test.for(after)("%s shows the plan of now, whose id can be applied", async ([, move, says]) => {
    const { step, ...rest } = await started();
    fake.heads.set(7, first);
    fake.merged.set(second, [7]);
    await step({ "plan-file": "plan.json" }, pullRequest(7, first));
    await move({ step, ...rest });
    const { summary, outputs: set } = await step(
      { command: "apply", "plan-file": "plan.json" },
      push(second),
    );
    expect(set).toMatchObject({ "exit-code": "4", "failure-reason": "stale-plan", "has-changes": "true" });
    for (const text of [summary, bodies(7)[0]!]) {
      expect(text).toContain("**Failed:** stale-plan");
      expect(text).toContain(says);
      expect(text).toContain(`Plan \`${set["plan-id"]}\``);
    }
    const applied = await step({ command: "apply", "expect-plan": set["plan-id"]! }, push(second));
    expect(applied.outputs["exit-code"]).toBe("0");
  });
});

test("an answer of GitHub that makes no sense does not lose what was applied", async () => {
  const { step } = await started();
  fake.merged.set(second, [7]);
  fake.fail({ status: 200, body: [null], method: "GET" });
  const { code, summary, annotations, outputs: set } = await step({ command: "apply" }, push(second));
  expect([code, set["exit-code"]]).toEqual([0, "0"]);
  expect(summary).toContain("**Applied:** 1 change.");
  expect(annotations).toEqual([expect.stringMatching(/^::warning .*the comment was not written/)]);
});

describe("every kind of event", () => {
  test.for(["merge_group", "schedule", "workflow_dispatch", "push"])(
    "%s plans, without a comment",
    async (name) => {
      const { step } = await started();
      const { code, outputs: set } = await step({}, { name, payload: {} });
      expect([code, set["create-count"]]).toEqual([0, "1"]);
      expect(fake.requests).toEqual([]);
    },
  );
});

test("differences fail a step where that is asked for, and drift where it is not forbidden", async () => {
  const { step } = await started();
  const codes = [];
  for (const command of ["plan", "drift"])
    for (const fails of ["true", "false", ""]) {
      const { code, outputs: set } = await step({ command, "fail-on-changes": fails });
      codes.push([command, fails, code, set["failure-reason"]]);
    }
  expect(codes).toEqual([
    ["plan", "true", 1, "changes"],
    ["plan", "false", 0, ""],
    ["plan", "", 0, ""],
    ["drift", "true", 1, "changes"],
    ["drift", "false", 0, ""],
    ["drift", "", 1, "changes"],
  ]);
});

describe("inputs that are wrong", () => {
  const wrong: [string, Record<string, string>, string][] = [
    ["an unknown command", { command: "destroy" }, "bad-input"],
    ["a boolean that is none", { summary: "yes" }, "bad-input"],
    ["a guard that the command would not look at", { command: "drift", "max-deletes": "0" }, "ignored-input"],
    ["what counts as drift, where none is looked for", { "fail-on": "+unmanaged" }, "ignored-input"],
    ["a number that is none", { "max-deletes": "many" }, "bad-value"],
  ];
  test.for(wrong)("%s", async ([, given, finding]) => {
    const { step } = await started();
    const { code, outputs: set, annotations } = await step(given);
    expect(code).toBe(1);
    expect(set).toMatchObject({ "exit-code": "3", "failure-reason": "validation" });
    expect(annotations[0]).toContain(`title=${finding}::`);
    expect(simulator.requests).toEqual([]);
  });
});

test("names of strangers give no command to the runner, and mean nothing in a comment", async () => {
  const hostile = "x\n::error::pwned @octocat #1 ```<img src=x onerror=alert(1)> </details>";
  const { step } = await started({
    "roles.yml": makeFile(
      "roles",
      `r: { cluster_permissions: [read, ${JSON.stringify("::error::pwned")}, ${JSON.stringify(hostile)}], description: "@octocat" }`,
    ),
  });
  fake.heads.set(7, first);
  const { annotations, summary } = await step({}, pullRequest(7, first));
  expect(annotations.filter((line) => line.includes("pwned") && line.startsWith("::error::"))).toEqual([]);
  for (const text of [summary, bodies(7)[0]!]) {
    const outside = text.replace(/^(`{3,})\w*\n[^]*?\n\1$/gm, "");
    expect(text).toContain("@octocat");
    expect(outside).not.toMatch(/@octocat|<img|pwned/);
  }
});

const fiveThousand = Array.from(
  { length: 5_000 },
  (_, index) => `new_${index}: { description: "${"é".repeat(200)}" }`,
).join("\n");

test("thousands of changes fit: the heading whole, danger first and open, whole entities left out", async () => {
  await simulator.edit("tenants", (document) => {
    for (let index = 0; index < 400; index++) document[`old_${index}`] = { description: "old" };
  });
  const { step, write } = await started({ "tenants.yml": makeFile("tenants", fiveThousand) });
  await write("osac.yml", "prune: { tenants: all }\n");
  fake.heads.set(7, first);
  const { summary, outputs: set } = await step(
    { "max-deletes": "100000", "require-full-list": "false" },
    { ...pullRequest(7, first), env: { OSAC_MAX_DELETE_SHARE: "100%" } },
  );
  const comment = bodies(7)[0]!;
  expect(comment.length).toBeLessThanOrEqual(60_300);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900 * 1024 + 1);
  for (const text of [comment, summary]) {
    expect(text).toContain("5000 to create");
    expect(text).toContain(set["plan-id"]);
    expect(text.indexOf("destructive: 4")).toBeGreaterThan(0);
    expect(text.indexOf("destructive: 4")).toBeLessThan(text.search(/^\+ {3}new_/m));
    expect(text.match(/^- {3}old_\d+ /gm)).toHaveLength(400);
  }
  expect(comment).toMatch(/\*\*This report is cut: .* Read all of it in the summary of the \[run\]\(.*\*\*/);
  expect(summary).toContain("</details>");
});

test("a plan that no comment could list is refused, and says how to go on", async () => {
  const { step } = await started({ "tenants.yml": makeFile("tenants", fiveThousand) });
  fake.heads.set(7, first);
  const { code, outputs: set } = await step({}, pullRequest(7, first));
  expect([code, set["exit-code"], set["failure-reason"], set["plan-file"]]).toEqual([
    1,
    "5",
    "guard",
    undefined,
  ]);
  expect(bodies(7)[0]).toMatch(
    /error: \d+ of 5000 changes and 1 setting do not fit into a comment .* \[plan-too-long\]/,
  );
});

test("missing-secret: an empty password is told to be a secret that is missing", async () => {
  const { step } = await started({});
  const {
    code,
    outputs: set,
    log,
  } = await step({ username: "osac-plan", password: "" }, pullRequest(7, first));
  expect([code, set["failure-reason"]]).toEqual([1, "validation"]);
  expect(log).toContain(
    "the input username is set, and the input password is empty: its secret does not exist",
  );
});

test("the longest names of labels and directories leave the comment within what GitHub takes", async () => {
  const { step, write, cwd } = await started({});
  const directory = Array.from({ length: 12 }, () => "ß".repeat(120)).join("/");
  await mkdir(join(cwd, "security", directory), { recursive: true });
  await write(`${directory}/tenants.yml`, makeFile("tenants", fiveThousand));
  fake.heads.set(7, second);
  const { code, outputs: set } = await step(
    {
      directory: `security/${directory}`,
      "comment-label": "€".repeat(5_000),
      "require-full-list": "false",
    },
    pullRequest(7, first),
  );
  expect([code, set["create-count"]]).toEqual([0, "5000"]);
  const [comment = ""] = bodies(7);
  expect(comment).toContain("**Outdated:**");
  expect(comment.length).toBeGreaterThan(50_000);
  expect(comment.length).toBeLessThan(65_536);
});

describe("action.yml", () => {
  const file = parseYaml("action.yml", readFileSync(join(root, "action.yml"), "utf8")).value as unknown as {
    inputs: Record<string, { description: string; default?: string }>;
    outputs: Record<string, { description: string }>;
    runs: object;
  };

  test("have the inputs and outputs of the code", () => {
    const declared = Object.entries(inputs as Record<string, Input>);
    expect(file.inputs).toEqual(
      Object.fromEntries(
        declared.map(([name, { describe: description, default: value }]) => [
          name,
          { description, required: false, ...(value === undefined ? {} : { default: value }) },
        ]),
      ),
    );
    expect(file.outputs).toEqual(
      Object.fromEntries(Object.entries(outputs).map(([name, description]) => [name, { description }])),
    );
  });

  test.for(["plan", "apply", "drift"])("are what the workflow for %s gives and takes", (name) => {
    const text = readFileSync(join(root, `examples/github/${name}.yml`), "utf8");
    const [, given = ""] = /uses: OWNER\/.*\n\s+with:\n((?: {10}.*\n)+)/.exec(text)!;
    const keys = [...given.matchAll(/^ {10}([\w-]+):/gm)].map(([, key]) => key!);
    expect(keys).toContain("command");
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(keys));
    const taken = [...text.matchAll(/steps\.osac\.outputs\.([\w-]+)/g)].map(([, key]) => key!);
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(taken));
    if (taken.includes("plan-file")) expect(keys).toContain("plan-file");
  });

  test("run the bundle, with a Node that GitHub has", () => {
    expect(file.runs).toEqual({ using: "node24", main: "dist/action.js" });
  });
});

/** A checkout of the default branch, and the commits of a branch and a fork beside it. */
async function checkout() {
  const { step, cwd, write: change } = await started();
  await rm(join(cwd, ".git"), { recursive: true });
  await git(cwd, "init", "--quiet", "--initial-branch=main");
  await write(cwd, { ".gitignore": ".temp-*\n" });
  const own = await git(cwd, "rev-parse", await commit(cwd, {}));
  await git(cwd, "checkout", "--quiet", "-b", "other");
  const other = await git(
    cwd,
    "rev-parse",
    await commit(cwd, { "security/roles.yml": makeFile("roles", "r: {}") }),
  );
  return { step, cwd, change, own, other };
}

const commentOn = (own: string): EventOf => ({
  name: "issue_comment",
  payload: { issue: { number: 7, pull_request: {} }, comment: { body: "/plan" } },
  env: { GITHUB_SHA: own },
});
const afterRun = (own: string, sha: string, from: string): EventOf => ({
  name: "workflow_run",
  payload: { workflow_run: { event: "pull_request", head_sha: sha, head_repository: { full_name: from } } },
  env: { GITHUB_SHA: own },
});

describe("an event that anybody can cause", () => {
  test.for(["issue_comment", "workflow_run", "deployment_status"])(
    "%s with a stranger's files meets no cluster, and applies nothing",
    async (name) => {
      const { step, own, other } = await checkout();
      const payload = afterRun(own, other, "stranger/security");
      const event = { ...(name === "issue_comment" ? commentOn(own) : payload), name };
      const { code, summary } = await step({}, event);
      expect(code).toBe(0);
      expect(summary).toContain(`anybody can trigger ${name}`);
      const refused = await step({ command: "apply" }, event);
      expect(refused.annotations[0]).toContain("title=untrusted-pull-request::");
      expect(simulator.requests).toEqual([]);
    },
  );

  test("plans the files of the default branch, and of a run about the repository's own branch", async () => {
    const { step, cwd, own, other } = await checkout();
    expect((await step({}, afterRun(own, other, "octo/security"))).outputs["has-changes"]).toBe("true");
    await git(cwd, "checkout", "--quiet", "main");
    expect((await step({}, commentOn(own))).outputs["has-changes"]).toBe("true");
  });

  test("does not take a commit's word for files that were laid over it", async () => {
    const { step, cwd, change, own } = await checkout();
    await git(cwd, "checkout", "--quiet", "main");
    await change("osac.yml", "prune: { tenants: all }\n");
    expect((await step({}, commentOn(own))).summary).toContain("anybody can trigger");
    expect(simulator.requests).toEqual([]);
  });
});
