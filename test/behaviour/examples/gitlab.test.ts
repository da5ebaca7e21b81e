import { spawn, spawnSync } from "node:child_process";
import { chmod, cp, lstat, readFile, readdir, symlink } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { buildForTests } from "../../support/build.ts";
import { folder } from "../../support/folder.ts";
import { start } from "../../support/simulated-cluster.ts";

const root = join(import.meta.dirname, "../../..");
const file = join(root, "examples/gitlab/.gitlab-ci.yml");
/** Texts that a shell would execute if it expanded them twice. */
const hostile = "x';touch pwned;$(touch pwned)`touch pwned`\"&|>pwned#\\";

const built = buildForTests();
let simulator: Simulator;
let cwd: string;
beforeEach(async () => {
  simulator = await start({ users: { secretive: { password: hostile, backend_roles: ["admin"] } } });
  cwd = await folder({ "ca.pem": simulator.caCert, notes: "" });
  await cp(join(root, "examples/minimal"), join(cwd, "security"), { recursive: true });
  const git = (...words: string[]): unknown => spawnSync("git", words, { cwd });
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "files");
});

/** Runs a job as a runner does: its lines one after the other in one shell, up to the first that fails. */
async function job(name: string, env: Readonly<Record<string, string>> = {}) {
  const { value } = parseYaml(file, await readFile(file, "utf8"));
  const jobs = value as unknown as Record<string, { before_script: string[]; script: string[] }>;
  const before = jobs[".osac"]!.before_script.filter((line) => line.startsWith("export "));
  // The test uses the login of the simulator instead of the users of the pipeline.
  const lines = [...before, ...jobs[name]!.script].map((line) =>
    line.replace(/=osac-(?:plan|apply)\b/, "=secretive"),
  );
  const osac = `#!/bin/sh\nexec "${process.execPath}" "${join(built, "bin/osac.js")}" "$@"\n`;
  const bin = await folder({ osac, script: lines.join("\n") });
  await chmod(join(bin, "osac"), 0o755);
  const child = spawn("bash", ["-eo", "pipefail", join(bin, "script")], {
    cwd,
    env: {
      PATH: `${bin}:${process.env["PATH"]}`,
      HOME: bin,
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      PIPELINE_PLAN_PASSWORD: hostile,
      PIPELINE_APPLY_PASSWORD: hostile,
      CI_COMMIT_SHA: "HEAD",
      ...env,
    },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  expect(await readdir(cwd)).not.toContain("pwned");
  expect(err).not.toContain("no setting of osac");
  return { code: code as number, log: out + err };
}

const secret = { SHIPPER_PASSWORD: "Ships-2025-logs!" };

test("what the plan of a pipeline showed is applied, with secrets that hold anything", async () => {
  expect(await job("plan")).toMatchObject({ code: 0, log: expect.stringContaining("to create") });
  expect(await job("apply", secret)).toMatchObject({ code: 0 });
  expect(simulator.stored("roles")).toHaveProperty("logs_reader");
  expect(await readFile(join(cwd, "audit.log"), "utf8")).not.toContain(secret.SHIPPER_PASSWORD);
  expect(await readdir(join(cwd, "backups"))).toHaveLength(1);
  expect(await job("drift")).toMatchObject({ code: 2, log: expect.stringContaining("unmanaged") });
});

test("nothing is applied without the plan of the pipeline", async () => {
  const { code, log } = await job("apply", secret);
  expect({ code, log }).toEqual({ code: 3, log: expect.stringContaining("plan.json does not exist") });
});

test("a link in the checkout is not written through", async () => {
  for (const name of ["plan.md", "plan.json", "audit.log"]) await symlink("notes", join(cwd, name));
  await symlink("security", join(cwd, "backups"));
  expect(await job("plan")).toMatchObject({ code: 0 });
  expect(await job("apply", secret)).toMatchObject({ code: 0 });
  expect(await readFile(join(cwd, "notes"), "utf8")).toBe("");
  expect((await lstat(join(cwd, "backups"))).isSymbolicLink()).toBe(false);
});

test("why a plan is refused is in the log, and the branch's name is only a name", async () => {
  const branch = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: hostile };
  expect((await job("plan", branch)).code).toBe(3);
  const { code, log } = await job("plan", {
    OSAC_STRICT: "true",
    OSAC_KINDS: "internalusers",
    OSAC_MAX_DELETES: "x",
  });
  expect(code).toBe(3);
  expect(log).toContain("OSAC_MAX_DELETES");
});
