import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { buildForTests } from "../../support/build.ts";
import { folder } from "../../support/folder.ts";
import { start } from "../../support/simulated-cluster.ts";
import { commit, git } from "../../unit/git/repository.ts";
import { lacks } from "../examples/checkers.ts";
import { readScript, run as runScript, type GitHub, type Ran } from "../examples/script.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { pullRequest, push, workflow, type EventOf, type Step } from "./workflow.ts";

type Texts = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, "../../..");
const built = buildForTests();
const makeTenants = (...names: string[]): string =>
  `_meta: { type: tenants, config_version: 2 }\n${names.map((name) => `${name}: {}\n`).join("")}`;

interface Job {
  readonly target: string;
  readonly environment: string;
}

test.skipIf(lacks("jq"))(
  "the shipped workflows plan each cluster, comment one table, and apply the reviewed plans, group by group",
  async () => {
    const { clusters, script, step, cwd, base } = await stage();
    await commit(cwd, { "security/tenants.yml": makeTenants("search") });
    const sha = await git(cwd, "rev-parse", "HEAD");

    const jobs = await listJobs(
      await script("fleet-plan.yml", "List the targets", { OSAC_SETTINGS_FROM: base }),
    );
    expect(jobs.map(({ target }) => target)).toEqual(["canary", "eu-1"]);
    const planned = await Promise.all(
      jobs.map(async (job) => step("fleet-plan.yml", job, pullRequest(7, sha), { [BASE]: base })),
    );
    expect(planned.map(({ code, outputs }) => [code, outputs["create-count"]])).toEqual([
      [0, "1"],
      [0, "1"],
    ]);

    const commented = await script(
      "fleet-plan.yml",
      "Comment one table of all clusters",
      { OSAC_SETTINGS_FROM: base, NUMBER: "7" },
      await collect(jobs, planned, "report-file"),
    );
    expect(commented.code).toBe(0);
    const body = await readFile(join(commented.temp, "comment.md"), "utf8");
    expect(body).toMatch(/^<!-- osac-fleet -->\n### osac plan: 2 targets: 2 with changes\n/);
    expect(body).toContain("+   tenants/search");

    const applies: Step[] = [];
    const plansAgain: Step[] = [];
    for (const [index, job] of jobs.entries()) {
      const plans = await collect([job], [planned[index]!], "plan-file");
      const found = await script(
        "fleet-apply-group.yml",
        "Find the plan that was reviewed",
        { RUN: "1", TARGET: job.target },
        plans,
      );
      expect(found.code).toBe(0);
      const reviewed = {
        "steps.reviewed.outputs.plan": found.output.trim().slice("plan=".length),
        "github.sha": sha,
      };
      const applied = await step("fleet-apply-group.yml", job, push(sha), reviewed);
      expect([job.target, applied.code, applied.outputs["create-count"]]).toEqual([job.target, 0, "1"]);
      expect(clusters[index]!.stored("tenants")).toHaveProperty("search");
      if (job.target === "eu-1") await clusters[index]!.edit("tenants", () => ({}));
      const again = await step("fleet-apply-group.yml", job, push(sha), reviewed, "Plan again");
      applies.push(applied);
      plansAgain.push(again);
    }
    expect(plansAgain.map(({ outputs }) => outputs["has-changes"])).toEqual(["false", "true"]);
    expect(plansAgain.map(({ code }) => code)).toEqual([0, 1]);

    const table = await script(
      "fleet-apply.yml",
      "Write one table of all clusters",
      {},
      await collect(jobs, applies, "report-file", plansAgain),
    );
    expect(table.code).toBe(6);
    const shown = await readFile(join(table.temp, "table.md"), "utf8");
    expect(shown).toMatch(/^### osac apply: 2 targets: 1 failed, 1 applied\n/);
    expect(shown).toContain("after the apply, a new plan of the target has 1 change");
  },
);

test("the shipped workflow of drift keeps an issue for the cluster that drifts, and shows one table", async () => {
  const { clusters, script, step, cwd, github } = await stage();
  await commit(cwd, { "security/tenants.yml": makeTenants("search") });
  const sha = await git(cwd, "rev-parse", "HEAD");
  await clusters[0].edit("tenants", () => ({ search: {} }));
  await clusters[1].edit("tenants", () => ({ search: { description: "by hand" } }));

  const jobs = await listJobs(
    await script("fleet-drift.yml", "List the targets", { OSAC_SETTINGS_FROM: sha }),
  );
  const checked: Step[] = [];
  for (const job of jobs) checked.push(await step("fleet-drift.yml", job, push(sha), { "github.sha": sha }));
  expect(checked.map(({ outputs }) => outputs["has-drift"])).toEqual(["false", "true"]);
  expect(github.issues).toHaveLength(1);

  const shown = await script(
    "fleet-drift.yml",
    "Show one table of all clusters",
    { OSAC_SETTINGS_FROM: sha },
    await collect(jobs, checked, "report-file"),
  );
  expect(shown.code).toBe(2);
  expect(await readFile(join(shown.temp, "table.md"), "utf8")).toMatch(
    /^### osac drift: 2 targets: 1 with changes, 1 clean\n/,
  );
});

const BASE = "github.event.pull_request.base.sha";

async function listJobs({ code, output }: Ran): Promise<readonly Job[]> {
  expect(code).toBe(0);
  return Promise.resolve((JSON.parse(output.slice("matrix=".length)) as { include: Job[] }).include);
}

/** The artifacts of jobs, as a later job downloads them: each in a folder of its own. */
async function collect(
  jobs: readonly Job[],
  steps: readonly Step[],
  output: string,
  again: readonly Step[] = [],
): Promise<GitHub> {
  const path = await folder({ ".keep": "" });
  for (const [index, { target }] of jobs.entries()) {
    await mkdir(join(path, target));
    await cp(steps[index]!.outputs[output]!, join(path, target, `${target}.json`));
    if (again[index]) await cp(again[index].outputs[output]!, join(path, target, "again", `${target}.json`));
  }
  const comments = "repos/octo/security/issues/7/comments";
  return {
    answers: { [`GET ${comments}?per_page=100`]: [[]], [`POST ${comments}`]: [{}] },
    artifacts: { 1: path },
  };
}

/** A repository with the shipped workflows, and two clusters. */
async function stage() {
  const [clusters, github] = [[await start(), await start()] as const, await startFakeGitHub()];
  onTestFinished(async () => github.stop());
  const { cwd, step: runStep } = await workflow(clusters[0], github, {
    "osac.yml": [
      "targets:",
      `  canary: { group: canary, cluster: { url: "${clusters[0].url}" } }`,
      `  eu-1: { group: production, cluster: { url: "${clusters[1].url}" } }`,
    ].join("\n"),
    "tenants.yml": makeTenants(),
  });
  await rm(join(cwd, ".git"), { recursive: true });
  await git(cwd, "init", "--quiet", "--initial-branch=main");
  await commit(cwd, { ".gitignore": ".temp-*\n" });
  const base = await git(cwd, "rev-parse", "HEAD");

  const bin = await folder({
    osac: `#!/bin/sh\nexec "${process.execPath}" "${join(built, "bin/osac.js")}" "$@"\n`,
  });
  spawnSync("chmod", ["+x", join(bin, "osac")]);

  const script = async (file: string, name: string, env: Texts, answers?: GitHub): Promise<Ran> => {
    const text = await readScript(`examples/github/${file}`, name);
    const given = { PWD: cwd, GITHUB_RUN_ID: "1", GITHUB_STEP_SUMMARY: join(bin, "summary"), ...env };
    return runScript(`export PATH="${bin}:$PATH"\n${text}`, given, answers);
  };

  const step = async (
    file: string,
    { target }: Job,
    event: EventOf,
    expressions: Texts,
    name?: string,
  ): Promise<Step> => {
    const temp = await folder({ ".keep": "" });
    const known = { ...expressions, "matrix.target": target, "runner.temp": temp };
    const inputs = await makeInputs(file, known, name);
    const env = { ...event.env, OSAC_TARGET: target, GITHUB_RUN_ID: "1" };
    return runStep({ ...inputs, url: "" }, { ...event, env });
  };

  return { clusters, script, step, cwd, base, github };
}

interface ShippedStep {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

/** The inputs of a step of the Action in a shipped workflow, with the values of GitHub's expressions. */
async function makeInputs(file: string, expressions: Texts, name?: string): Promise<Texts> {
  const path = join(root, "examples/github", file);
  const { value } = parseYaml(path, await readFile(path, "utf8"));
  const { jobs } = value as unknown as { jobs: Record<string, { steps?: ShippedStep[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const given = steps.find((one) => one.uses?.startsWith("OWNER/") && one.name === name)!.with!;
  const filled = Object.entries(given)
    .filter(([input]) => !["username", "password"].includes(input))
    .map(([input, text]) => [
      input,
      String(text).replaceAll(/\$\{\{ (.+?) \}\}/g, (_, one: string) => expressions[one] ?? ""),
    ]);
  return Object.fromEntries(filled) as Texts;
}
