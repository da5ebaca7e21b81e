import { readFile } from "node:fs/promises";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import { startSimulator, type Certificates, type Simulator } from "../../../src/simulator/index.ts";
import { makeFile } from "../commands/saved.ts";
import { startFakeGitHub, type FakeGitHub } from "./fake-github.ts";
import { workflow, type Step } from "./workflow.ts";

let simulator: Simulator;
let fake: FakeGitHub;
let run = 500;
let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});
beforeEach(async () => {
  [simulator, fake] = await Promise.all([startSimulator({ certificates }), startFakeGitHub()]);
});
afterEach(() => Promise.all([simulator.stop(), fake.stop()]));

const file = makeFile("tenants", "ours: { description: Dashboards }");

async function job() {
  const { step } = await workflow(simulator, fake, { "tenants.yml": file });
  const next = async (inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Step> =>
    step(
      { command: "drift", issue: "true", ...inputs },
      { name: "schedule", env: { GITHUB_RUN_ID: String(++run), ...env } },
    );

  return { check: next };
}

/** The tenant after a change by another client. */
const edit = (description: string): Promise<void> =>
  simulator.edit("tenants", (tenants) => ({ ...tenants, ours: { description } }));

const comments = (number = 1): string[] => (fake.comments.get(number) ?? []).map(({ body }) => body);
const wrote = (): number =>
  fake.requests.filter(({ method, path }) => method !== "GET" && path !== "/graphql").length;

/** Each state of an issue, the result of a check, and the next state of the issue. */
const transitions = [
  { before: [], finds: "none", issues: [], said: [] },
  { before: [], finds: "one", issues: ["open"], said: [] },
  { before: ["one"], finds: "one", issues: ["open"], said: [] },
  { before: ["one"], finds: "other", issues: ["open"], said: ["has changed"] },
  { before: ["one"], finds: "none", issues: ["closed"], said: ["No drift any more"] },
  { before: ["one"], finds: "failure", issues: ["open"], said: [] },
  { before: [], finds: "failure", issues: [], said: [] },
  { before: ["one", "none"], finds: "none", issues: ["closed"], said: ["No drift any more"] },
  { before: ["one", "none"], finds: "one", issues: ["open"], said: ["No drift any more", "drift again"] },
  { before: ["one", "none"], finds: "failure", issues: ["closed"], said: ["No drift any more"] },
] as const;

test.for(transitions)("the issue job finds $finds after $before", async ({ before, finds, issues, said }) => {
  const { check } = await job();
  for (const found of [...before, finds]) {
    const descriptions: Record<string, string> = {
      none: "Dashboards",
      one: "by hand",
      other: "by hand again",
    };
    await edit(descriptions[found] ?? "Dashboards");
    await check(found === "failure" ? { password: "wrong" } : {});
  }
  expect(fake.issues.map(({ state }) => state)).toEqual(issues);
  expect(comments()).toHaveLength(said.length);
  for (const [index, words] of said.entries()) expect(comments()[index]).toContain(words);
});

test("a check that finds the same writes nothing at all", async () => {
  const { check } = await job();
  await edit("by hand");
  const { outputs } = await check();
  const before = wrote();
  expect((await check()).outputs["issue-number"]).toBe(outputs["issue-number"]);
  expect(wrote()).toBe(before);
});

test("an issue that somebody closes while the drift lasts is opened again, and says that it is still there", async () => {
  const { check } = await job();
  await edit("by hand");
  await check();
  fake.issues[0]!.state = "closed";
  await check();
  expect(fake.issues.map(({ state }) => state)).toEqual(["open"]);
  expect(comments()).toEqual([expect.stringContaining("The drift is still there")]);
});

test("has-drift and the issue go by what counts as drift, has-changes by what differs", async () => {
  const { check } = await job();
  await edit("Dashboards");
  expect((await check()).outputs).toMatchObject({
    "exit-code": "0",
    "has-changes": "false",
    "has-drift": "false",
  });
  expect(fake.issues).toEqual([]);
  const { outputs } = await check({ "fail-on": "unmanaged" });
  expect(outputs).toMatchObject({ "exit-code": "2", "has-changes": "false", "has-drift": "true" });
  expect(fake.issues).toHaveLength(1);
  await simulator.edit("tenants", () => ({ ours: { description: "by hand" } }));
  const other = await check({}, { OSAC_FAIL_ON: "unmanaged" });
  expect(other.outputs).toMatchObject({ "exit-code": "0", "has-changes": "true", "has-drift": "false" });
  expect(fake.issues.map(({ state }) => state)).toEqual(["closed"]);
});

test("an answer that is not GitHub's opens no second issue", async () => {
  const { check } = await job();
  await edit("by hand");
  await check();
  fake.fail({ status: 200, body: {}, method: "GET" });
  const { annotations } = await check({ "fail-on-changes": "false" });
  expect(fake.issues).toHaveLength(1);
  expect(annotations).toEqual([expect.stringMatching(/^::warning .*the issue was not written/)]);
});

test("an issue of a target with the longest name has a title that GitHub takes", async () => {
  const { check } = await job();
  await edit("by hand");
  await check({ "comment-label": `${"x".repeat(300)}\n@octocat` });
  expect(fake.issues[0]!.title).toMatch(/^Drift: x+…$/);
  expect(fake.issues[0]!.title!.length).toBeLessThanOrEqual(256);
});

test("the issue has the report, its label, and who closed it; it is found among hundreds", async () => {
  const { check } = await job();
  await edit("by hand");
  await check({ "issue-labels": "drift, security" });
  const [issue] = fake.issues;
  expect(issue).toMatchObject({ labels: [{ name: "drift" }, { name: "security" }] });
  expect([...fake.labels]).toEqual(["drift", "security"]);
  expect(issue!.title).toMatch(/^Drift: .+, security$/);
  expect(issue!.body).toContain("ours");
  for (let number = 2; number < 320; number++)
    fake.issues.push({
      ...issue!,
      number,
      id: 9000 + number,
      user: { login: "mallory" },
    });
  await edit("Dashboards");
  await check();
  expect(issue!.state).toBe("closed");
  expect(comments()[0]).toMatch(/at commit 5000000.*\/actions\/runs\/\d+/);
  expect(fake.issues.filter(({ state }) => state === "closed")).toHaveLength(1);
});

test("the check ends as usual and warns once if the job may not write issues", async () => {
  const { check } = await job();
  await edit("by hand");
  fake.permissions.delete("issues");
  const refused = await check({ "fail-on-changes": "false" });
  expect(refused.code).toBe(0);
  expect(refused.annotations).toEqual([expect.stringMatching(/^::warning .*issues: write/)]);
  fake.settings.hasIssues = false;
  const off = await check({ "fail-on-changes": "false" });
  expect(off.annotations).toEqual([expect.stringMatching(/^::warning .*410/)]);
});

test("drift that is reverted is applied away, and stands in the issue that was closed", async () => {
  const { check } = await job();
  await edit("by hand");
  const { code, outputs, summary } = await check({ remediation: "revert", "fail-on": "live,unknown" });
  expect(code).toBe(0);
  expect(outputs).toMatchObject({ "reverted-count": "1", "has-drift": "false", "issue-number": "1" });
  expect(await readFile(outputs["backup-file"]!, "utf8")).toContain("by hand");
  expect(simulator.stored("tenants")).toHaveProperty("ours.description", "Dashboards");
  expect(summary).toContain("**Applied:** 1 change.");
  expect(fake.issues.map(({ state }) => state)).toEqual(["closed"]);
  expect(comments()).toEqual([expect.stringContaining("It was reverted")]);
});

test("a way back that is refused is named in the issue, once, and nothing is written", async () => {
  const { check } = await job();
  await edit("by hand");
  simulator.fail({
    status: 403,
    body: '{"status":"FORBIDDEN","message":"no"}',
    when: ({ method }) => method === "PATCH",
  });
  const { code, outputs } = await check({ remediation: "revert" });
  expect(code).toBe(1);
  expect(outputs).toMatchObject({
    "failure-reason": "partial",
    "has-drift": "true",
    "update-count": "1",
    "reverted-count": "0",
  });
  expect(fake.issues[0]!.body).toContain("**Not reverted** (exit code");
  expect(fake.issues[0]!.state).toBe("open");
  expect(simulator.stored("tenants")).toHaveProperty("ours.description", "by hand");
});

test("issue and remediation mean nothing to other commands", async () => {
  const { check } = await job();
  for (const input of [{ issue: "true" }, { issue: "false", remediation: "revert" }]) {
    const { code, outputs } = await check({ command: "plan", ...input });
    expect([code, outputs["failure-reason"]]).toEqual([1, "validation"]);
  }
});
