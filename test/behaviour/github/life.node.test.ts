import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { osac } from "../../support/osac.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import { leastRightsSettings } from "../examples/least-rights.ts";
import { type FakeGitHub, startFakeGitHub } from "./fake-github.ts";
import { runStep, type StepRun } from "./run-action.ts";
import { startIssuer, type TokenIssuer } from "./token-issuer.ts";

const examples = join(import.meta.dirname, "../../../examples");
const subject = "repo:example-org@123456/search-security@456789";
const audience = "https://opensearch.example.org";
const [opened, pushed, merged] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];
const number = 7;

const meta = (type: string): string => `_meta: {type: ${type}, config_version: 2}\n`;
const role = (actions: string): string =>
  `${meta("roles")}reader:\n  index_permissions:\n    - {index_patterns: ["logs-*"], allowed_actions: [${actions}]}\n`;

/**
 * The life of a change, in the steps of three workflows that log in with the token of their job. Each test
 * continues from the result of the test before.
 */
describe.skipIf(skipsNode("3.4.0"))("a change, from its pull request to the drift job", () => {
  let node: RunningNode;
  let github: FakeGitHub;
  let issuer: TokenIssuer;
  let cwd: string;
  let runs = 500;

  beforeAll(async () => {
    [github, issuer] = await Promise.all([
      startFakeGitHub(),
      startIssuer("example-org/search-security", audience),
    ]);
    cwd = await mkdtemp(join(tmpdir(), "osac-life-"));
    node = await borrowNode({ version: "3.4.0", ...(await leastRightsSettings()) });
    await cp(join(examples, "oidc"), join(cwd, "setup"), { recursive: true });
    const config = await readFile(join(cwd, "setup/config.yml"), "utf8");
    const real = "https://token.actions.githubusercontent.com";
    await writeFile(join(cwd, "setup/config.yml"), config.replaceAll(real, issuer.url));
    const pem = { "ca.pem": node.caCert, "admin.pem": node.adminCert, "admin.key": node.adminKey };
    await Promise.all(Object.entries(pem).map(([name, text]) => writeFile(join(cwd, name), text)));
    await cp(join(cwd, "setup"), join(cwd, "security"), {
      recursive: true,
      filter: (path) => !path.endsWith("yml"),
    });
    const allowed = ["--allow-escalation", "login-authority/config/config"];
    const ran = await osac(["apply", "setup", "--yes", ...allowed], {
      cwd,
      env: {
        OSAC_URL: node.url,
        OSAC_CA_CERT: "ca.pem",
        OSAC_CLIENT_CERT: "admin.pem",
        OSAC_CLIENT_KEY: "admin.key",
      },
    });
    expect(ran.code).toBe(0);
  });
  afterAll(async () => {
    await Promise.all([node?.stop(), github?.stop(), issuer?.stop()]);
    await rm(cwd, { recursive: true, force: true });
  });

  async function step(
    sub: string,
    event: readonly [string, unknown],
    sha: string,
    inputs: Record<string, string>,
  ): Promise<StepRun> {
    const common = { directory: "security", url: node.url, "ca-cert": "ca.pem" };
    const login = { auth: "oidc", "oidc-audience": audience };
    const env = {
      ...github.env,
      ...issuer.job({ sub: `${subject}:${sub}` }),
      GITHUB_RUN_ID: String((runs += 1)),
    };
    const given = { ...common, ...login, "github-token": github.env["INPUT_GITHUB-TOKEN"]!, ...inputs };
    return runStep({ inputs: given, env, cwd, event, sha });
  }

  const pull = (sha: string): readonly [string, unknown] => {
    github.heads.set(number, sha);
    const repo = { full_name: "octo/security" };
    return ["pull_request", { pull_request: { number, head: { sha, repo }, base: { repo } } }];
  };
  const planned = async (sha: string): Promise<StepRun> =>
    step("pull_request", pull(sha), sha, { command: "plan" });
  const drift = async (inputs: Record<string, string> = {}, sub = "ref:refs/heads/main"): Promise<StepRun> =>
    step(sub, ["schedule", {}], merged, { command: "drift", issue: "true", ...inputs });
  const comments = (): string[] => (github.comments.get(number) ?? []).map(({ body }) => body);
  let plan: string;

  test("a pull request gets a comment with its plan", async () => {
    await writeFile(join(cwd, "security/roles.yml"), role("read"));
    const { code, log, outputs, summary } = await planned(opened);
    expect(log).not.toContain("::error");
    expect({ code, ...outputs }).toMatchObject({ code: 0, "exit-code": "0", "has-changes": "true" });
    expect(comments()).toEqual([expect.stringContaining("+   reader")]);
    expect(summary).toContain("reader");
    plan = outputs["plan-id"]!;
  });

  test("its second commit gets the same comment, with another plan", async () => {
    await writeFile(join(cwd, "security/roles.yml"), role("read, search"));
    const { code, outputs } = await planned(pushed);
    expect(code).toBe(0);
    expect(outputs["plan-id"]).not.toBe(plan);
    plan = outputs["plan-id"]!;
    expect(comments()).toEqual([expect.stringContaining("search")]);
  });

  test("the merge applies that plan, and the comment says so", async () => {
    github.merged.set(merged, [number]);
    const inputs = { command: "apply", "expect-plan": plan };
    const { code, outputs } = await step("environment:production", ["push", {}], merged, inputs);
    expect({ code, ...outputs }).toMatchObject({ code: 0, "exit-code": "0", "create-count": "1" });
    expect(comments()).toEqual([expect.stringContaining("pplied")]);
  });

  test("the drift job says nothing while nobody touches the cluster", async () => {
    expect((await drift()).outputs).toMatchObject({ "exit-code": "0", "has-drift": "false" });
    expect(github.issues).toEqual([]);
  });

  test("a change by hand opens an issue, and the next run adds nothing to it", async () => {
    await byHand("/roles", [{ op: "remove", path: "/reader/index_permissions/0/allowed_actions/1" }]);
    for (let runsAlike = 0; runsAlike < 2; runsAlike += 1) {
      const { code, outputs, summary } = await drift();
      expect({ code, ...outputs }).toMatchObject({ code: 1, "exit-code": "2", "failure-reason": "changes" });
      expect(summary).toContain("search");
    }
    expect(github.issues).toEqual([
      expect.objectContaining({ state: "open", body: expect.stringContaining("reader") }),
    ]);
    expect(github.comments.get(github.issues[0]!.number) ?? []).toEqual([]);
  });

  test("a run that may write takes it back, and closes the issue", async () => {
    const { code, outputs } = await drift({ remediation: "revert" }, "environment:production");
    expect({ code, ...outputs }).toMatchObject({ code: 0, "exit-code": "0", "reverted-count": "1" });
    expect(github.issues).toEqual([expect.objectContaining({ state: "closed" })]);
    expect((await drift()).outputs).toMatchObject({ "exit-code": "0", "has-drift": "false" });
  });

  async function byHand(kind: string, operations: object[]): Promise<void> {
    const dispatcher = new Agent({ connect: { ca: node.caCert } });
    const authorization = `Basic ${Buffer.from("admin:admin").toString("base64")}`;
    const { statusCode } = await request(`${node.url}/_plugins/_security/api${kind}`, {
      method: "PATCH",
      dispatcher,
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(operations),
    });
    expect(statusCode).toBe(200);
    await dispatcher.close();
  }
});
