import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { startSimulator } from "../../../src/simulator/index.ts";
import { makeFile } from "../commands/saved.ts";
import { commit, git } from "../../unit/git/repository.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { pullRequest, push, workflow, type EventOf, type Step } from "./workflow.ts";

type Texts = Readonly<Record<string, string>>;

const carol = 'carol: { password: "${env.CAROL_PASSWORD}" }';
const robot = 'robot: { password: "${env.ROBOT_PASSWORD}" }';

test("the shipped workflows add, rotate and remove a user; only the apply job has its password", async () => {
  const { run, review, logIn } = await start();

  const [added, created] = await review(carol, { CAROL_PASSWORD: "first-Passw0rd" });
  expect([added.code, added.outputs["create-count"]]).toEqual([0, "1"]);
  expect([created.code, created.outputs["create-count"]]).toEqual([0, "1"]);
  expect(created.outputs["backup-file"]).not.toBe("");
  expect(await logIn("first-Passw0rd")).toBe(200);

  const secrets = { CAROL_PASSWORD: "second-Passw0rd", ROBOT_PASSWORD: "robot-Passw0rd" };
  const [, another] = await review(`${carol}\n${robot}`, secrets);
  expect([another.code, another.outputs["create-count"]]).toEqual([0, "1"]);
  expect(another.log).toContain("not compared: 1 password (carol)");
  expect(another.log).toContain("pass --set-password carol");
  expect(await logIn("second-Passw0rd")).toBe(401);

  const byHand = { name: "workflow_dispatch" };
  const named = { "inputs.set-password": "carol" };
  const rotated = await run("plan.yml", byHand, named);
  expect([rotated.code, rotated.outputs["update-count"]]).toEqual([0, "1"]);
  const reviewed = { ...named, "steps.reviewed.outputs.plan": rotated.outputs["plan-id"]! };
  const sent = await run("apply.yml", byHand, reviewed, secrets);
  expect([sent.code, sent.outputs["update-count"]]).toEqual([0, "1"]);
  expect(await logIn("second-Passw0rd")).toBe(200);

  const [left, removed] = await review(robot, {});
  expect([left.code, left.outputs["delete-count"]]).toEqual([0, "1"]);
  expect([removed.code, removed.outputs["delete-count"]]).toEqual([0, "1"]);
  expect(await logIn("second-Passw0rd")).toBe(401);
});

test("the shipped drift workflow opens an issue for a user that was made by hand, and names the user", async () => {
  const { run, review, simulator, issues } = await start();
  await review(carol, { CAROL_PASSWORD: "first-Passw0rd" });
  await simulator.edit("internalusers", (users) => ({
    ...users,
    mallory: { backend_roles: ["admin"], hash: "" },
  }));

  const found = await run("drift.yml", { name: "schedule" }, {});
  expect([found.code, found.outputs["has-drift"]]).toEqual([1, "true"]);
  expect(issues()).toMatchObject([{ state: "open", body: expect.stringContaining("mallory") as string }]);

  const failing = await run("drift.yml", { name: "schedule" }, {}, { OSAC_FAIL_ON: "nothing" });
  expect(failing.code).toBe(1);
  expect(issues()).toHaveLength(1);
});

/** A repository with the shipped workflows, and a cluster. */
async function start() {
  const [simulator, github] = await Promise.all([startSimulator(), startFakeGitHub()]);
  onTestFinished(async () => void (await Promise.all([simulator.stop(), github.stop()])));
  const { cwd, step } = await workflow(simulator, github, {
    "osac.yml":
      "prune: { internalusers: removed }\nguards: { allow_delete: [{ name: internalusers/carol, reason: left }] }\n",
  });
  await rm(join(cwd, ".git"), { recursive: true });
  await git(cwd, "init", "--quiet", "--initial-branch=main");
  await commit(cwd, { ".gitignore": ".temp-*\nosac-plan.json\n" });
  let runs = 0;

  async function run(file: string, event: EventOf, expressions: Texts, secrets: Texts = {}): Promise<Step> {
    const env = { ...event.env, ...secrets, GITHUB_RUN_ID: String((runs += 1)) };
    return step(await makeInputs(file, { "runner.temp": cwd, ...expressions }), { ...event, env });
  }

  /** Plans these users on a pull request, without secrets, and applies the plan. */
  async function review(users: string, secrets: Texts): Promise<[Step, Step]> {
    await commit(cwd, { "security/internal_users.yml": makeFile("internalusers", users) });
    const sha = await git(cwd, "rev-parse", "HEAD");
    github.heads.set(7, sha);
    const plan = await run("plan.yml", pullRequest(7, sha), {});
    const reviewed = { "steps.reviewed.outputs.plan": plan.outputs["plan-id"]! };
    return [plan, await run("apply.yml", push(sha), reviewed, secrets)];
  }

  async function logIn(password: string): Promise<number> {
    const dispatcher = new Agent({ connect: { ca: simulator.caCert } });
    const authorization = `Basic ${Buffer.from(`carol:${password}`).toString("base64")}`;
    const url = `${simulator.url}/_plugins/_security/authinfo`;
    const { statusCode } = await request(url, { dispatcher, headers: { authorization } });
    await dispatcher.close();
    return statusCode;
  }

  return { run, review, logIn, simulator, issues: () => github.issues };
}

/**
 * The inputs of the Action in a shipped workflow, except for address and login, with the values of GitHub's
 * expressions.
 */
async function makeInputs(name: string, expressions: Texts): Promise<Texts> {
  const file = join(import.meta.dirname, "../../../examples/github", name);
  const { value } = parseYaml(file, await readFile(file, "utf8"));
  const { jobs } = value as unknown as {
    jobs: Record<string, { steps: { uses?: string; with?: Readonly<Record<string, string | boolean>> }[] }>;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const given = steps.find(({ uses }) => uses?.startsWith("OWNER/"))!.with!;
  const filled = Object.entries(given)
    .filter(([input]) => !["url", "username", "password"].includes(input))
    .map(([input, text]) => [
      input,
      String(text).replace(/\$\{\{ (.+?) \}\}/g, (_, one: string) => expressions[one] ?? ""),
    ]);
  return Object.fromEntries(filled) as Texts;
}
