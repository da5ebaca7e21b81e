import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { evilServer } from "../../support/evil-server.ts";
import { commit, repository } from "../../unit/git/repository.ts";
import { startQuick } from "../../support/simulated-cluster.ts";
import { type FakeGitHub, startFakeGitHub } from "./fake-github.ts";
import { runStep, type Step, type StepRun } from "./run-action.ts";

const sha = "a".repeat(40);
const number = 7;
const repo = { full_name: "octo/security" };
const pull: Step["event"] = [
  "pull_request",
  { pull_request: { number, head: { sha, repo }, base: { repo } } },
];

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
  github.heads.set(number, sha);
});
afterEach(() => github.stop());

/** Runs a step beside these files, as the administrator of a simulated cluster. */
async function stepBeside(
  content: Readonly<Record<string, string>>,
  simulator: Pick<Simulator, "url" | "caCert">,
): Promise<(given: Partial<Step>) => Promise<StepRun>> {
  const cwd = await folder({ ...content, "ca.pem": simulator.caCert });
  const login = { url: simulator.url, "ca-cert": "ca.pem", username: "admin", password: "admin" };
  return async ({ inputs, env, ...given }) =>
    runStep({
      cwd,
      event: pull,
      sha,
      ...given,
      inputs: { directory: "files", "github-token": github.env["INPUT_GITHUB-TOKEN"]!, ...login, ...inputs },
      env: { ...github.env, ...env },
    });
}

const comments = (): string[] => [...github.comments.values()].flat().map(({ body }) => body);

function roles(names: readonly string[]): string {
  const role = { cluster_permissions: ["cluster_monitor"] };
  return JSON.stringify({
    _meta: { type: "roles", config_version: 2 },
    ...Object.fromEntries(names.map((name) => [name, role])),
  });
}

describe("5,000 changes", () => {
  test("fit into the comment and the summary, with the heading whole", async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `role_${index}_${"x".repeat(200)}`);
    const step = await stepBeside({ "files/roles.yml": roles(names) }, await startQuick());
    const { code, outputs, summary, log } = await step({
      inputs: { command: "plan", "require-full-list": "false" },
    });
    expect(log).not.toContain("::error");
    expect({ code, ...outputs }).toMatchObject({ code: 0, "create-count": "5000" });
    const [comment = ""] = comments();
    for (const text of [comment, summary]) {
      const head = text.slice(0, 1_500);
      expect(head).toContain("Plan: 5000 to create");
      expect(head).toContain(outputs["plan-id"]);
      expect(text).toMatch(/… and \d+ more/);
    }
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    // The text is cut between entities, so that each shown entity is complete.
    expect(comment.match(/role_\d+_/g)).toHaveLength(comment.match(/_x{200} {2}roles\.yml:1$/gm)!.length);
  });
});

describe("hostile names", () => {
  const names = [
    "@octocat",
    "#1",
    "<img src=x onerror=alert(1)>",
    "</details></summary>",
    "```",
    "````` @everyone",
    "`a` **b** [c](https://evil.example)",
    "line\n::error::forged",
    "line\n### Plan: 0 to create",
    "::add-mask::plan",
    "a\u202eb\u2066c",
    "d\u200be\u200ff\u00adg\u{e0041}",
    "%0A::warning::x",
    "--> <!-- osac:state",
    "$(id) ${{ github.token }}",
  ];

  test("call nobody, link nowhere, and pass for no part of a report or a command", async () => {
    const content = { "files/roles.yml": roles(names) };
    const step = await stepBeside(content, await startQuick());
    const planned = await step({ inputs: { command: "plan" } });
    expect(planned.outputs["exit-code"]).toBe("0");
    const [comment = ""] = comments();
    for (const text of [comment, planned.summary]) {
      const shown = outsideCode(text);
      expect(shown).not.toMatch(/@\w|#\d|<img|octocat|onerror|evil\.example|forged/);
      expect(shown).not.toMatch(/^### Plan: 0/m);
      expect(text).not.toMatch(/\p{Cf}/u);
      expect(text).toContain("octocat");
    }
    expect(commandsIn(planned.log).join("\n")).not.toMatch(/^::(?:add-mask|error::forged|warning::x)/m);
  });
});

/** The text of Markdown: without fences, comments and code. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})\w*\n[^]*?\n\1$/gm, "")
    .replace(/<!--[^]*?-->/g, "")
    .replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, "");
}

/** The lines that the runner executes as commands: none while commands are stopped. */
function commandsIn(log: string): string[] {
  const lines = log.split("\n");
  let resume: string | undefined;
  return lines.filter((line) => {
    if (resume !== undefined) {
      if (line === `::${resume}::`) resume = undefined;
      return false;
    }
    resume = /^::stop-commands::(.+)$/.exec(line)?.[1];
    return line.startsWith("::");
  });
}

const stack = /^\s+at .+:\d+:\d+\)?$|node:internal/m;

describe("what goes wrong with the Action itself", () => {
  const nowhere = { GITHUB_API_URL: "http://127.0.0.1:1", GITHUB_GRAPHQL_URL: "http://127.0.0.1:1/graphql" };
  const cases: Readonly<Record<string, [given: Partial<Step>, code: string, says: RegExp]>> = {
    "GitHub cannot be reached": [{ env: nowhere }, "0", /::warning .*the comment was not written/],
    "no token for GitHub": [{ inputs: { "github-token": "" } }, "0", /to create/],
    "an event that is not there": [
      { env: { GITHUB_EVENT_PATH: "/nowhere/event.json" } },
      "3",
      /title=no-event/,
    ],
    "an event that is no JSON": [{ event: ["pull_request", "{"] }, "3", /title=no-event/],
    "no event at all": [{ env: { GITHUB_EVENT_PATH: "", GITHUB_EVENT_NAME: "" } }, "0", /to create/],
    "an unknown command": [{ inputs: { command: "aply" } }, "3", /title=bad-input/],
    "a command with spaces in upper case": [{ inputs: { command: " PLAN " } }, "0", /to create/],
    "a switch in upper case": [{ inputs: { "fail-on-changes": "TRUE" } }, "2", /::error/],
    "a switch that is none": [{ inputs: { summary: "maybe" } }, "3", /summary/],
    "a directory with a line end": [{ inputs: { directory: "files\n::error::forged" } }, "3", /::error/],
    "a directory that looks like a flag": [{ inputs: { directory: "--yes" } }, "3", /::error/],
    "only spaces": [
      { inputs: { "expect-plan": "  ", config: " \n ", "max-deletes": " " } },
      "0",
      /to create/,
    ],
    "a number that is none": [{ inputs: { "max-deletes": "abc" } }, "3", /::error/],
    "a report that cannot be written": [
      { inputs: { "report-file": "files/roles.yml/report.json" } },
      "3",
      /title=unwritable-file/,
    ],
    "no runner's directory": [{ env: { RUNNER_TEMP: "/nowhere" } }, "0", /to create/],
    "a summary that cannot be written": [
      { env: { GITHUB_STEP_SUMMARY: "/nowhere/summary" } },
      "0",
      /::warning/,
    ],
    "no leave to ask for tokens": [
      { inputs: { auth: "oidc", "oidc-audience": "x", username: "", password: "" } },
      "7",
      /id-token: write/,
    ],
    "no audience": [{ inputs: { auth: "oidc", username: "", password: "" } }, "3", /oidc-audience/],
  };

  test.for(Object.entries(cases))("%s", async ([, [given, exitCode, says]]) => {
    const step = await stepBeside({ "files/roles.yml": roles(["reader"]) }, await startQuick());
    const { code, outputs, log } = await step(given);
    expect(log).not.toMatch(stack);
    expect(log).toMatch(says);
    expect(commandsIn(log)).not.toContain("::error::forged");
    expect({ code, exit: outputs["exit-code"] }).toEqual({ code: exitCode === "0" ? 0 : 1, exit: exitCode });
  });

  const refusals: Readonly<Record<string, object>> = {
    "may not comment": { status: 403, body: { message: "Resource not accessible by integration" } },
    "is at its rate limit": { status: 403, headers: { "retry-after": "3600" } },
    "has no such thing": { status: 404 },
    "does not like it": { status: 422, body: { message: "Validation Failed" } },
  };

  test.for(Object.entries(refusals))("GitHub says that the token %s", async ([, fault]) => {
    const step = await stepBeside({ "files/roles.yml": roles(["reader"]) }, await startQuick());
    github.fail(...Array.from({ length: 20 }, () => fault as { status: number }));
    const { code, outputs, log } = await step({});
    expect(log).not.toMatch(stack);
    expect(commandsIn(log).filter((line) => line.startsWith("::warning"))).not.toEqual([]);
    expect({ code, exit: outputs["exit-code"] }).toEqual({ code: 0, exit: "0" });
  });
});

/** The payload of a pull request into this commit. */
function into(base: string): Step["event"] {
  return ["pull_request", { pull_request: { number, head: { sha, repo }, base: { sha: base, repo } } }];
}

describe("the settings of a pull request", () => {
  test("push no change out of the comment", async () => {
    const simulator = await startQuick();
    const cwd = await repository();
    const reason = "x".repeat(300);
    const rules = Array.from({ length: 400 }, (_, index) => ({
      kind: "roles",
      name: `role-${index}`,
      reason,
    }));
    const names = Array.from({ length: 100 }, (_, index) => `role_${index}`);
    const base = await commit(cwd, { "files/roles.yml": roles(names), "ca.pem": simulator.caCert });
    await commit(cwd, { "files/osac.yml": JSON.stringify({ ignore: rules }) });
    const login = { url: simulator.url, "ca-cert": "ca.pem", username: "admin", password: "admin" };
    const inputs = { directory: "files", "github-token": github.env["INPUT_GITHUB-TOKEN"]!, ...login };
    const { code, outputs } = await runStep({ inputs, env: github.env, cwd, event: into(base), sha });
    expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason: "guard" });
    expect(comments()[0]).toMatch(/\d+ of 100 changes and 400 settings do not fit into a comment/);
  });

  test("are those of its base: a login of the job goes nowhere that the pull request says", async () => {
    const evil = await evilServer();
    const simulator = await startQuick();
    const cwd = await repository();
    const good = `cluster: { url: "${simulator.url}", ca_cert: ../ca.pem }\n`;
    const base = await commit(cwd, {
      "files/osac.yml": good,
      "files/roles.yml": roles(["a"]),
      "ca.pem": simulator.caCert,
    });
    await commit(cwd, { "files/osac.yml": `cluster: { url: "http://${evil.address}", insecure: true }\n` });
    const inputs = { directory: "files", username: "admin", password: "admin", "github-token": "x" };
    const step = { inputs, env: github.env, cwd, event: into(base), sha };
    const { code, outputs } = await runStep(step);
    expect({ code, ...outputs }).toMatchObject({ code: 0, "create-count": "1" });
    expect(evil.received).toEqual([]);
  });

  test("are not those of a base that whoever may push has made", async () => {
    const simulator = await startQuick();
    const cwd = await repository();
    const base = await commit(cwd, {
      "files/osac.yml": `cluster: { insecure: true }\n`,
      "files/roles.yml": roles(["a"]),
    });
    const login = { url: simulator.url, username: "admin", password: "admin", "github-token": "x" };
    const aside = { sha: base, ref: "made-for-this", repo: { ...repo, default_branch: "main" } };
    const event: Step["event"] = [
      "pull_request",
      { pull_request: { number, head: { sha, repo }, base: aside } },
    ];
    const inputs = { directory: "files", ...login };
    const { code, summary } = await runStep({ inputs, env: github.env, cwd, event, sha });
    expect(code).toBe(1);
    expect(summary).toContain("its base is not the default branch");
    expect(summary).toContain("cluster.insecure");
    expect(simulator.requests).toEqual([]);
  });

  test("reach no cluster without the input url", async () => {
    const evil = await evilServer();
    const step = await stepBeside(
      {
        "files/osac.yml": `cluster: { url: "http://${evil.address}" }\n`,
        "files/roles.yml": roles(["a"]),
      },
      await startQuick(),
    );
    const { code, log, summary } = await step({ inputs: { url: "" } });
    expect(code).toBe(1);
    expect(log).toContain("the input url is empty");
    expect(summary).toContain("the input url is empty");
    expect(evil.received).toEqual([]);
  });

  test("are said to be its own where the clone lacks the base, and still move no login", async () => {
    const evil = await evilServer();
    const simulator = await startQuick();
    const settings = `cluster: { insecure: true }\n`;
    const step = await stepBeside({ "files/osac.yml": settings, "files/roles.yml": roles(["a"]) }, simulator);
    const { code, summary } = await step({ event: into("b".repeat(40)) });
    expect(code).toBe(1);
    expect(summary).toContain("**The settings are those of this pull request:**");
    expect(summary).toContain("cluster.insecure");
    expect(simulator.requests).toEqual([]);
    expect(evil.received).toEqual([]);
  });
});
