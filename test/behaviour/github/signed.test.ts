import { expect, test } from "vitest";
import { makeFile } from "../commands/saved.ts";
import { signAsMaster, startDomain } from "../amazon/domain.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { workflow, type Workflow } from "./workflow.ts";

signAsMaster();

const signed = { username: "", password: "", auth: "sigv4", "aws-region": "us-east-1" };

async function openWorkflow(): Promise<Workflow & { readonly requests: () => number }> {
  const [domain, fake] = await Promise.all([startDomain(), startFakeGitHub()]);
  const files = { "tenants.yml": makeFile("tenants", "analysts: { description: Dashboards }") };
  const made = await workflow(domain, fake, files);
  return { ...made, requests: () => domain.requests.length };
}

test("a job signs its requests with the session of its environment", async () => {
  const { step } = await openWorkflow();
  const planned = await step(signed);
  expect(planned.outputs).toMatchObject({ "exit-code": "0", "create-count": "1" });
  const applied = await step({ ...signed, command: "apply", "expect-plan": planned.outputs["plan-id"]! });
  expect(applied.outputs).toMatchObject({ "exit-code": "0" });
});

test.for([
  [{ ...signed, username: "osac", password: "a-Password-1" }, "two ways to log in"],
  [{ ...signed, auth: "" }, "has no effect alone"],
  [{ ...signed, service: "azure" }, "choose one of amazon, aiven"],
  [{ ...signed, auth: "iam" }, "choose one of oidc, sigv4"],
  [{ ...signed, "oidc-audience": "opensearch" }, "has no effect without auth: oidc"],
] as const)("inputs that do not fit send nothing: %j", async ([inputs, why]) => {
  const { step, requests } = await openWorkflow();
  const { code, log } = await step(inputs);
  expect(code).toBe(1);
  expect(log).toContain(why);
  expect(requests()).toBe(0);
});
