import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import { startSimulator, type Certificates, type Simulator } from "../../../src/simulator/index.ts";
import { declared, documents, environment, files, secretFiles, sung } from "../secrets/canaries.ts";
import { keptFolder } from "../../support/folder.ts";
import { startFakeGitHub, type FakeGitHub } from "./fake-github.ts";
import { runStep, type Step, type StepRun } from "./run-action.ts";

const [sha, merged] = ["a".repeat(40), "b".repeat(40)] as const;
const number = 7;
const repo = { full_name: "octo/security" };
const pull: Step["event"] = [
  "pull_request",
  { pull_request: { number, head: { sha, repo }, base: { repo } } },
];
const push: Step["event"] = ["push", {}];
const schedule: Step["event"] = ["schedule", {}];

type Inputs = Readonly<Record<string, string>>;

/** The files change whom the configuration believes. */
const allowed: Inputs = { "allow-escalation": "login-authority/config/config" };

/** The expected result of a step. A step that fails early prints little, so it would prove nothing. */
interface Reached {
  readonly exit: string;
  readonly counts?: readonly [created: string, updated: string];
}

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

/**
 * A change with canaries, from its check to the drift job, and everything that it leaves. Each step continues
 * from the result of the step before.
 */
describe.for(["a user", "the admin certificate"] as const)("nothing of a secret is left by %s", (caller) => {
  let simulator: Simulator;
  let github: FakeGitHub;
  let cwd: string;
  let runs = 500;

  beforeAll(async () => {
    [simulator, github] = await Promise.all([
      startSimulator({ certificates, documents: documents("3.4.0") }),
      startFakeGitHub(),
    ]);
    const { caCert, adminCert, adminKey } = simulator;
    const below = Object.entries({ ...files, ...secretFiles }).map(([file, text]) => [`files/${file}`, text]);
    cwd = await keptFolder({
      ...(Object.fromEntries(below) as Inputs),
      "out/.keep": "",
      "ca.pem": caCert,
      "admin.pem": adminCert,
      "admin.key": adminKey,
    });
    github.heads.set(number, sha);
    github.merged.set(merged, [number]);
  });
  afterAll(async () => {
    await Promise.all([simulator?.stop(), github?.stop()]);
    if (cwd) await rm(cwd, { recursive: true });
  });

  const makeLogin = (): Inputs =>
    caller === "a user"
      ? { username: "admin", password: "admin" }
      : { "client-cert": simulator.adminCert, "client-key": simulator.adminKey };

  async function step(inputs: Inputs, event: Step["event"], { exit, counts }: Reached): Promise<void> {
    const ran = await runStep({
      cwd,
      event,
      sha: merged,
      inputs: {
        directory: "files",
        url: simulator.url,
        "ca-cert": "ca.pem",
        "github-token": github.env["INPUT_GITHUB-TOKEN"]!,
        ...makeLogin(),
        ...inputs,
      },
      env: {
        ...github.env,
        ...environment,
        GITHUB_RUN_ID: String((runs += 1)),
        OSAC_RECOVERY_CERT: "admin.pem",
        OSAC_RECOVERY_KEY: "admin.key",
        OSAC_AUDIT_LOG: "out/audit.log",
        ...(inputs["command"] === "drift" ? { OSAC_METRICS: "out/osac.prom" } : {}),
      },
    });
    expect(ran.outputs, ran.log).toMatchObject({
      "exit-code": exit,
      ...(counts ? { "create-count": counts[0], "update-count": counts[1] } : {}),
    });
    expect((await leftBy(ran)).flatMap(sung)).toEqual([]);
  }

  /** The log, the summary, the outputs, comments, issues, and all files that were not there before. */
  async function leftBy({ log, summary, outputs, temp }: StepRun): Promise<string[]> {
    const told = [...github.comments.values(), github.issues]
      .flat()
      .map(({ title = "", body }) => title + body);
    const out = join(cwd, "out");
    const paths = [...(await filesBelow(temp)), ...(await filesBelow(out))];
    const written = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    return [log, summary, JSON.stringify(outputs), ...told, ...written];
  }

  const comments = (of: number): string[] => (github.comments.get(of) ?? []).map(({ body }) => body);

  test("a check of the files shows no canary", () => step({ command: "validate" }, pull, { exit: "0" }));

  test("a plan, its file and its comment show no canary", async () => {
    await step({ "plan-file": "out/plan.json", ...allowed }, pull, { exit: "0", counts: ["3", "3"] });
    expect(comments(number)).toEqual([expect.stringContaining("(sensitive)")]);
    expect(await readFile(join(cwd, "out/plan.json"), "utf8")).toContain("${env.CANARY_PASSWORD}");
  });

  test("a drift job, its issue and its metrics show no canary", async () => {
    await step({ command: "drift", issue: "true" }, schedule, { exit: "2", counts: ["3", "3"] });
    expect(github.issues[0]!.body).toContain("(sensitive)");
    expect(await readFile(join(cwd, "out/osac.prom"), "utf8")).toContain("osac_drift_entities");
  });

  test("a stale plan shows no canary although somebody wrote the secrets where none belong", async () => {
    await simulator.edit("internalusers", (users) => {
      for (const name of ["rotated", "kept"])
        users[name] = { ...(users[name] as object), description: declared.join(" ") };
    });
    await step({ command: "apply", "plan-file": "out/plan.json" }, push, { exit: "4" });
    expect(comments(number)).toEqual([expect.stringContaining("stale-plan")]);
  });

  test("a comment on the issue shows no canary when the drift has changed", async () => {
    await step({ command: "drift", issue: "true" }, schedule, { exit: "2", counts: ["3", "3"] });
    expect(comments(github.issues[0]!.number)).toEqual([expect.stringContaining("has changed")]);
  });

  test("a server that answers with everything it was sent shows no canary", async () => {
    const body = JSON.stringify({ status: "BAD_REQUEST", message: `cannot take ${declared.join(", ")}` });
    // osac first probes the access of a user, with a request that writes nothing.
    let questions = caller === "a user" ? 1 : 0;
    simulator.fail({
      status: 400,
      body,
      when: ({ method, path }) => method === "PATCH" && path.endsWith("/roles") && questions-- === 0,
    });
    await step({ command: "drift", issue: "true", remediation: "revert", ...allowed }, schedule, {
      exit: "6",
    });
    expect(github.issues[0]!.body).toContain("Not reverted");
  });

  test("reverted drift, and the issue that it closes, show no canary", async () => {
    await step({ command: "drift", issue: "true", remediation: "revert", ...allowed }, schedule, {
      exit: "0",
    });
    expect(comments(github.issues[0]!.number).at(-1)).toContain("It was reverted");
    expect(await readFile(join(cwd, "out/audit.log"), "utf8")).toContain('"done"');
  });

  test.runIf(caller === "a user")("by a login that is refused", () =>
    step({ command: "drift", issue: "true", password: environment.CANARY_PASSWORD }, schedule, { exit: "7" }),
  );

  test("a check that fails shows no canary", () =>
    step({ command: "drift", issue: "true", url: "https://127.0.0.1:1" }, schedule, { exit: "7" }));
});

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
