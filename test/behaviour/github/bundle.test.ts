import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { startSimulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { makeFile } from "../commands/saved.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { pullRequest, workflow } from "./workflow.ts";

const root = join(import.meta.dirname, "../../..");

/** The Action as a runner has it: the committed files, without packages. */
async function installed(): Promise<string> {
  const path = await folder({});
  await mkdir(join(path, "dist"));
  for (const file of ["package.json", "action.yml", "dist/action.js"])
    await cp(join(root, file), join(path, file));
  return join(path, "dist/action.js");
}

/** The bundle is made anew before a release, and is older than the sources until then. */
const lacksSignatures = !readFileSync(join(root, "dist/action.js"), "utf8").includes("OSAC_AWS_REGION");

test.skipIf(lacksSignatures)("the bundle signs its requests for IAM, and shows no key", async () => {
  const [domain, fake] = await Promise.all([startSimulator({ service: "amazon" }), startFakeGitHub()]);
  onTestFinished(() => Promise.all([domain.stop(), fake.stop()]).then(() => undefined));
  const { makeEnv, left } = await workflow(domain, fake, {
    "tenants.yml": makeFile("tenants", "analysts: { description: Dashboards }"),
  });
  const bundle = await installed();
  const { accessKeyId, secretAccessKey } = masterIdentity;
  const session = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: "us-east-1",
  };
  const run = async (inputs: Record<string, string>) => {
    const env = await makeEnv({ username: "", password: "", auth: "sigv4", ...inputs });
    const own = { PATH: process.env["PATH"], AWS_EC2_METADATA_DISABLED: "true", ...session, ...env };
    const child = spawn(process.execPath, [bundle], { env: own, cwd: "/" });
    const [log, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    expect(log + err).not.toContain(secretAccessKey);
    expect(err).toBe("");
    return left(env, code as number, log);
  };
  const planned = await run({});
  expect(planned.outputs["create-count"]).toBe("1");
  const applied = await run({ command: "apply", "expect-plan": planned.outputs["plan-id"]! });
  expect(applied.outputs).toMatchObject({ "exit-code": "0", "failure-reason": "" });
  expect(domain.stored("tenants")).toHaveProperty("analysts");
});

test("the bundle runs as a runner starts it, without any package", async () => {
  const [simulator, fake] = await Promise.all([startSimulator(), startFakeGitHub()]);
  onTestFinished(() => Promise.all([simulator.stop(), fake.stop()]).then(() => undefined));
  const users = makeFile("internal_users", 'ann: { password: "${env.ANN_PASSWORD}" }').replace(
    "internal_users",
    "internalusers",
  );
  const { makeEnv, left } = await workflow(simulator, fake, {
    "tenants.yml": makeFile("tenants", "analysts: { description: Dashboards }"),
    "internal_users.yml": users,
  });
  fake.heads.set(7, "a".repeat(40));
  const bundle = await installed();
  const run = async (inputs: Record<string, string>) => {
    const env = await makeEnv(inputs, pullRequest(7, "a".repeat(40)));
    const own = { PATH: process.env["PATH"], ANN_PASSWORD: "Long-enough-12!", ...env };
    const child = spawn(process.execPath, [bundle], { env: own, cwd: "/" });
    const [log, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    expect(err).toBe("");
    return left(env, code as number, log);
  };

  const planned = await run({ "max-deletes": "3" });
  expect(planned.annotations).toEqual([]);
  expect(planned.outputs["create-count"]).toBe("2");
  expect(fake.comments.get(7)).toHaveLength(1);

  const applied = await run({ command: "apply", "expect-plan": planned.outputs["plan-id"]! });
  expect(applied.outputs).toMatchObject({ "exit-code": "0", "failure-reason": "" });
  expect(fake.comments.get(7)![0]!.body).toContain("**Applied:** 2 changes.");
});
