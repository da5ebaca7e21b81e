import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTokens } from "../../../src/github/oidc.ts";
import { readInputs } from "../../../src/github/inputs.ts";
import { runAction } from "../../../src/github/run-action.ts";
import { writeSummary } from "../../../src/github/publish.ts";
import { main } from "../../../src/main.ts";
import { folder } from "../../support/folder.ts";
import { makeIo } from "../../support/osac.ts";
import { listErrors } from "../../support/refusal.ts";

interface Step {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly cwd: string;
}

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly event?: readonly [name: string, payload: object];
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: typeof main;
}

const roles = "_meta: { type: roles, config_version: 2 }\na: {}\n";
const wrong = "_meta: { type: roles, config_version: 2 }\na: { wrong: 1 }\nb: { wrong: 2 }\n";

/** Runs a step of a workflow that contacts no cluster, beside a repository. */
async function step({
  inputs = {},
  files = { "security/roles.yml": roles },
  event = ["push", {}],
  env = {},
  run = main,
}: Given = {}): Promise<Step> {
  const cwd = await folder({ ".git/HEAD": "", "event.json": JSON.stringify(event[1]), ...files });
  const [output, summary] = [join(cwd, "output"), join(cwd, "summary")];
  await mkdir(join(cwd, "temp"));
  await Promise.all([output, summary].map(async (path) => writeFile(path, "")));
  const given = { command: "validate", directory: "security", ...inputs };
  let log = "";
  const stdout = { write: (text: string) => void (log += text), isTerminal: false };
  const code = await runAction(
    run,
    makeIo({
      cwd,
      stdout,
      stderr: stdout,
      env: {
        GITHUB_REPOSITORY: "o/r",
        GITHUB_SHA: "0123456789abcdef",
        GITHUB_RUN_ID: "42",
        GITHUB_EVENT_NAME: event[0],
        GITHUB_EVENT_PATH: join(cwd, "event.json"),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: join(cwd, "temp"),
        ...Object.fromEntries(
          Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
        ...env,
      },
    }),
  );
  const outputs = (await readFile(output, "utf8").catch(() => "")).matchAll(
    /^([\w-]+)<<(\S+)\n([^]*?)\n\2\n/gm,
  );
  return {
    code,
    log,
    cwd,
    summary: await readFile(summary, "utf8"),
    outputs: Object.fromEntries([...outputs].map(([, name, , value]) => [name!, value!])),
  };
}

/** The commands that the runner reads, outside of the stopped part of the log. */
const commands = (log: string): string[] =>
  log
    .replaceAll(/::stop-commands::(\S+)\n[^]*?\n::\1::/g, "")
    .split("\n")
    .filter((line) => line.startsWith("::"));

/** Ends as a question or a progress line does, which other text follows. */
const runUnended: typeof main = async (argv, io) => {
  const code = await main(argv, io);
  io.stdout.write("100 % done");
  return code;
};

describe("a step that checks files", () => {
  test("succeeds, with summary, outputs and files for later steps", async () => {
    const { code, log, summary, outputs, cwd } = await step();
    expect(code).toBe(0);
    expect(commands(log)).toEqual([]);
    expect(summary).toContain("commit `0123456789ab`");
    expect(summary).toContain("[run](https://github.com/o/r/actions/runs/42)");
    const { "report-file": json, "markdown-file": markdown, ...others } = outputs;
    expect(others).toEqual({ "exit-code": "0", "failure-reason": "" });
    for (const path of [json!, markdown!]) expect(path.startsWith(join(cwd, "temp/osac-"))).toBe(true);
    expect(JSON.parse(await readFile(json!, "utf8"))).toMatchObject({ command: "validate", exitCode: 0 });
    expect(await readFile(markdown!, "utf8")).toMatch(/^### /);
  });

  test("fails with annotations at the places of the repository, and says why", async () => {
    const { code, log, outputs, summary } = await step({ files: { "security/roles.yml": wrong } });
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ "exit-code": "3", "failure-reason": "validation" });
    const lines = commands(log);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^::error file=security\/roles\.yml,line=2,/);
    expect(lines[1]).toMatch(/^::error file=security\/roles\.yml,line=3,/);
    expect(lines[2]).toBe(
      "::error title=validation::osac validate: bad input: files, settings, arguments (exit code 3); see the job summary",
    );
    expect(summary).toContain("**Failed:** validation (exit code 3)");
  });

  test("shows at most ten annotations of a severity, with one place for the failure", async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `r${index}: { wrong: 1 }\n`).join("");
    const file = `_meta: { type: roles, config_version: 2 }\n${lines}`;
    const { log } = await step({ files: { "security/roles.yml": file } });
    expect(commands(log)).toHaveLength(10);
    expect(log).toContain("… and 3 more errors, see the job summary\n");
  });

  test("stops workflow commands in what osac prints", async () => {
    const { log } = await step({ files: { "security/roles.yml": wrong } });
    const [, token] = /^::stop-commands::(\S+)$/m.exec(log)!;
    expect(log.indexOf(`\n::${token}::\n`)).toBeGreaterThan(log.indexOf("wrong"));
  });

  test("lets the runner read commands again after a text that does not end its line", async () => {
    const { log } = await step({ run: runUnended, env: { GITHUB_OUTPUT: "/none/y" } });
    expect(commands(log)).toEqual(["::warning title=unwritable-file::the outputs cannot be written: ENOENT"]);
  });

  test("writes no summary if that is off, or if the runner has none", async () => {
    expect((await step({ inputs: { summary: "false" } })).summary).toBe("");
    const none = await step({ env: { GITHUB_STEP_SUMMARY: "", GITHUB_OUTPUT: "" } });
    expect(none).toMatchObject({ code: 0, summary: "", outputs: {} });
  });

  test("warns of files of the runner that cannot be written, and keeps its result", async () => {
    const { code, log } = await step({ env: { GITHUB_STEP_SUMMARY: "/none/x", GITHUB_OUTPUT: "/none/y" } });
    expect(code).toBe(0);
    expect(commands(log)).toEqual([
      "::warning title=unwritable-file::the job summary cannot be written: ENOENT",
      "::warning title=unwritable-file::the outputs cannot be written: ENOENT",
    ]);
  });

  test("writes its report where the inputs say, or refuses before it runs", async () => {
    const { outputs, cwd } = await step({
      inputs: { "report-file": "out/r.json", "markdown-file": "out/r.md" },
    });
    expect(outputs).toMatchObject({
      "report-file": join(cwd, "out/r.json"),
      "markdown-file": join(cwd, "out/r.md"),
    });
    expect((await readdir(join(cwd, "out"))).toSorted()).toEqual(["r.json", "r.md"]);
    for (const name of ["report-file", "markdown-file"]) {
      const refused = await step({ inputs: { [name]: "security/roles.yml/x" } });
      expect(refused).toMatchObject({ code: 1, outputs: { "exit-code": "3" } });
      expect(refused.log).toMatch(
        new RegExp(
          `^::error title=unwritable-file::the input ${name}: \\S+ cannot be written; nothing was written`,
          "m",
        ),
      );
      expect(refused.log).not.toContain("stop-commands");
    }
  });

  test("leaves no login and no folder of its own in the way", async () => {
    const { cwd } = await step({ inputs: { password: "p", username: "u" } });
    const [own, ...others] = await readdir(join(cwd, "temp"));
    expect(own).toMatch(/^osac-/);
    expect(others).toEqual([]);
    expect((await readdir(join(cwd, "temp", own!))).toSorted()).toEqual(["report.json", "report.md"]);
  });
});

describe("a step that is refused", () => {
  test.for<[string, Given, string]>([
    ["without an address", { inputs: { command: "plan" } }, "no-url"],
    ["with a wrong input", { inputs: { comment: "sometimes" } }, "bad-input"],
    ["with an input that means nothing to it", { inputs: { base: "HEAD" } }, "ignored-input"],
    ["with half a login", { inputs: { command: "plan", url: "https://a", username: "u" } }, "missing-secret"],
    ["without its event", { env: { GITHUB_EVENT_PATH: "/none" } }, "no-event"],
    [
      "with the files of a stranger to apply",
      { inputs: { command: "apply", url: "https://a" }, event: ["pull_request", {}] },
      "untrusted-pull-request",
    ],
    [
      "with the files of a stranger to apply, by a comment",
      { inputs: { command: "apply", url: "https://a" }, event: ["issue_comment", {}] },
      "untrusted-pull-request",
    ],
  ])("%s, contacts nothing", async ([, given, reason]) => {
    const { code, log, outputs, summary } = await step(given);
    expect({ code, outputs }).toMatchObject({
      code: 1,
      outputs: { "exit-code": "3", "failure-reason": "validation" },
    });
    expect(log).toContain(`title=${reason}::`);
    expect(summary).toContain("### ");
    expect(outputs["report-file"]).toBeDefined();
  });
});

describe("the files of a stranger", () => {
  const fork = [
    "pull_request",
    {
      pull_request: {
        number: 1,
        head: { sha: "x", repo: { full_name: "x/r" } },
        base: { repo: { full_name: "o/r" } },
      },
    },
  ] as const;

  test("are checked, and compared with no cluster", async () => {
    for (const command of ["plan", "drift"]) {
      const { code, summary, log } = await step({
        inputs: { command, url: "https://127.0.0.1:1", token: "a-token" },
        event: fork,
      });
      expect(code).toBe(0);
      expect(summary).toContain(
        "**Not compared with the cluster:** this pull request comes from a fork, whose files are given no secrets. Only the files were checked.",
      );
      expect(log).not.toContain("127.0.0.1");
    }
    expect((await step({ event: fork })).summary).not.toContain("Not compared with the cluster");
  });

  test("are checked with the settings file that the step names", async () => {
    const files = { "security/roles.yml": roles, "ci/osac.yml": "frobnicate: 1\n" };
    const { code, log } = await step({
      inputs: { command: "plan", config: "ci/osac.yml" },
      files,
      event: fork,
    });
    expect(code).toBe(1);
    expect(log).toContain("unknown-setting");
  });
});

const pull = (ref: string, full = "o/r") => {
  const repo = { full_name: full, default_branch: "main" };
  return [
    "pull_request",
    { pull_request: { number: 1, head: { sha: "x", repo }, base: { sha: "base", ref, repo } } },
  ] as const;
};

describe("a pull request has the settings of its base", () => {
  test("or says why it has its own", async () => {
    const missing = await step({ event: pull("main") });
    expect(missing.summary).toContain(
      "**The settings are those of this pull request:** osac cannot show what it changes in them, because the clone lacks its base (`fetch-depth: 0`).",
    );
    const other = await step({ event: pull("other") });
    expect(other.summary).toContain(
      "because its base is not the default branch, and whoever may push can make another one (the input `settings-from` names a reviewed commit).",
    );
    expect((await step()).summary).not.toContain("The settings are those");
  });
});

const inputs = (given: Record<string, string>) =>
  readInputs(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  );

const open = (given: Record<string, string>) => openTokens(inputs(given), {}, () => {});

describe("a login with ID tokens", () => {
  test("needs an audience, and no other login", async () => {
    expect(open({})).toBeUndefined();
    expect(open({ auth: "sigv4" })).toBeUndefined();
    expect(open({ auth: "oidc", "oidc-audience": "a" })).toBeTypeOf("function");
    expect(await listErrors(() => open({ "oidc-audience": "a" }))).toEqual([
      "[bad-input] the input oidc-audience has no effect without auth: oidc; nothing was written | set auth: oidc, or leave it out",
    ]);
    expect(await listErrors(() => open({ auth: "oidc" }))).toEqual([
      "[bad-input] auth: oidc needs the input oidc-audience; nothing was written | give it what required_audience of the cluster's openid domain has; see docs/ci.md",
    ]);
    for (const name of ["username", "password", "token", "client-cert", "client-key"])
      expect(await listErrors(() => open({ auth: "oidc", "oidc-audience": "a", [name]: "x" }))).toEqual([
        `[bad-input] auth: oidc and ${name} are two ways to log in; nothing was written | leave one of them out`,
      ]);
  });

  test("needs the permission", async () => {
    const refusal = await listErrors(open({ auth: "oidc", "oidc-audience": "a" })!);
    expect(refusal.join()).toMatch(
      /^\[no-id-token\] auth: oidc logs in with a token of GitHub, and this job may not ask for one; nothing was written \| give the job the permission id-token: write/,
    );
  });
});

const written = async (size: number, text: (limit: number) => string): Promise<number> => {
  const path = join(await folder({ summary: "x".repeat(size) }), "summary");
  writeSummary(path, text);
  return (await readFile(path)).byteLength - size;
};

describe("the job summary", () => {
  const most = 2 ** 20;

  test("takes as much of a report as fits beside what is there", async () => {
    expect(await written(0, () => "ab")).toBe(3);
    const fitting = async (size: number, letter: string) =>
      written(size, (limit) => letter.repeat(Math.floor(limit)));
    const room = most - 124 * 1024;
    expect(await fitting(0, "x")).toBe(room + 1);
    expect(await fitting(1000, "x")).toBe(room - 1000 + 1);
    const wide = await fitting(0, "ü");
    expect(wide).toBeLessThanOrEqual(room + 1);
    expect(wide).toBeGreaterThan(room * 0.8);
    expect(await written(most - 10, () => "0123456789")).toBe(0);
    expect(await written(most - 11, () => "0123456789")).toBe(11);
  });
});
