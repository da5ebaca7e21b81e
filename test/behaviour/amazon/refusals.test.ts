import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import type { Fault, Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { writes } from "../../support/simulated-cluster.ts";
import { files, run, signAsMaster, startDomain, useKeys } from "./domain.ts";

signAsMaster();

/** Answers to more requests than a run sends. */
function failAlways(domain: Simulator, fault: Fault): void {
  for (let request = 0; request < 60; request += 1) domain.fail(fault);
}

const isPatch: Fault["when"] = ({ method }) => method === "PATCH";
const isRoles: Fault["when"] = ({ path }) => path.endsWith("/api/roles");
const throttled = { status: 403, body: "Request throttled due to too many requests" };

describe("a domain with too many requests", () => {
  test.for([
    throttled,
    {
      ...throttled,
      body: `{"Message":"${throttled.body}"}`,
      headers: { "content-type": "application/json" },
    },
    { status: 429, body: "Too Many Requests" },
  ])("is asked again for what a plan reads: $status $body", async (fault) => {
    const domain = await startDomain();
    for (let request = 0; request < 2; request += 1) domain.fail({ ...fault, when: isRoles });
    expect(await run(domain, ["plan", "--detailed-exitcode"])).toMatchObject({ code: 2 });
  });

  test("is asked again to write, and gets the change once", async () => {
    const domain = await startDomain();
    let patches = 0;
    // The first PATCH only asks whether the caller may write.
    const isSecond: Fault["when"] = ({ method }) => method === "PATCH" && (patches += 1) === 2;
    domain.fail({ ...throttled, when: isSecond });
    expect(await run(domain, ["apply", "--yes"])).toMatchObject({ code: 0 });
    expect(writes(domain)).toEqual(["PATCH roles 403", "PATCH roles 200"]);
  });

  test("that stays so is not taken for a missing right", async () => {
    const domain = await startDomain();
    failAlways(domain, throttled);
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toContain("it has too many requests, or too little memory: try again later");
    expect(err).not.toContain("roles of the caller");
  });
});

test("a domain that knows another name only asks for it", async () => {
  const domain = await startDomain({ amazon: { hostName: "vpc-logs-abc.us-east-1.es.amazonaws.com" } });
  const { code, err } = await run(domain, ["plan"]);
  expect(code).toBe(7);
  expect(err).toContain("it answers only by its own name");
  expect(err).toContain("--aws-host");
});

test.for([
  ["--aws-host", "https://vpc-logs-abc.eu-central-1.es.amazonaws.com"],
  ["--aws-host", "vpc-logs-abc.eu-central-1.es.amazonaws.com/path"],
  ["--aws-host", "a.example.com\nx-injected: 1"],
  ["--aws-region", "US East"],
] as const)("%s %j is refused before anything is sent", async ([flag, value]) => {
  const domain = await startDomain();
  const { code, err } = await run(domain, ["plan", flag, value]);
  expect(code).toBe(3);
  expect(err).toMatch(/expected a (?:host name|region) such as/);
  expect(domain.requests).toEqual([]);
});

describe("a session that ends for good between the reads and the writes", () => {
  const over = {
    status: 403,
    headers: { "content-type": "application/json" },
    body: '{"message":"The security token included in the request is expired"}',
  };

  test("is named before anything is written", async () => {
    const domain = await startDomain();
    failAlways(domain, { ...over, when: isPatch });
    const { code, err } = await run(domain, ["apply", "--yes"]);
    expect(code).toBe(7);
    expect(err).toContain("The security token included in the request is expired; nothing was written");
    expect(err).toContain("get new ones: run aws sso login");
    expect(domain.stored("roles")).not.toHaveProperty("reader");
  });

  test("is named in the result of the write, which has not taken place", async () => {
    const domain = await startDomain();
    let patches = 0;
    failAlways(domain, { ...over, when: ({ method }) => method === "PATCH" && (patches += 1) > 1 });
    const { code, out, err } = await run(domain, ["apply", "--yes"]);
    expect(code).not.toBe(0);
    expect(out + err).toContain("The security token included in the request is expired");
    expect(out + err).toContain("get new ones: run aws sso login");
    expect(domain.stored("roles")).not.toHaveProperty("reader");
  });
});

test("a request that is too large is refused as a whole, with what to do", async () => {
  const domain = await startDomain({ amazon: { bodyBytesMax: 40 } });
  const { code, out, err } = await run(domain, ["apply", "--yes"]);
  expect(code).not.toBe(0);
  expect(out + err).toContain("Request size exceeded 40 bytes");
  expect(out + err).toContain("an entity is larger than the domain takes in one request");
  expect(writes(domain)).toEqual(["PATCH roles 413"]);
});

test("a canonical request of thousands of lines does not fill the screen", async () => {
  const domain = await startDomain();
  const theirs = "x\n".repeat(5000);
  failAlways(domain, {
    status: 403,
    body: JSON.stringify({
      message: `The request signature we calculated does not match. The Canonical String for this request should have been\n'${theirs}'`,
    }),
  });
  const { code, err } = await run(domain, ["plan"]);
  expect(code).toBe(7);
  expect(err).toContain('the service expects "x"');
  expect(err.length).toBeLessThan(2000);
});

test("a redirect to another host is not followed", async () => {
  const domain = await startDomain();
  failAlways(domain, {
    status: 302,
    headers: { location: "https://other.example.com/login?ticket=AKIDEXAMPLE" },
  });
  const { code, err } = await run(domain, ["plan"]);
  expect(code).toBe(7);
  expect(err).toContain("a redirect to https://other.example.com/login [not-opensearch]");
  expect(err).not.toContain("ticket");
});

test.for([
  { status: 401, body: `{"Message":"Your request: '/x' is not allowed."}` },
  { status: 403, body: "<html>Request forbidden by administrative rules.</html>" },
])("a domain that answers only the resource types can be changed: $body", async (fault) => {
  const domain = await startDomain();
  failAlways(domain, {
    ...fault,
    headers: { "content-type": fault.body.startsWith("<") ? "text/html" : "application/json" },
    when: ({ path }) => !/api\/(?:roles|rolesmapping|tenants|internalusers|actiongroups)$/.test(path),
  });
  const { code } = await run(domain, ["apply", "--yes"]);
  expect(code).toBe(0);
  expect(domain.stored("roles")).toHaveProperty("reader");
});

test("a program of a profile that fails shows neither its command nor its output", async () => {
  const at = await folder({ credentials: "", "helper.sh": "" });
  const helper = join(at, "helper.sh");
  writeFileSync(helper, "#!/bin/sh\necho hunter2-of-the-vault >&2\nexit 1\n");
  chmodSync(helper, 0o755);
  writeFileSync(join(at, "config"), `[profile ci]\ncredential_process = ${helper} --key hunter2-argument\n`);
  useKeys({});
  vi.stubEnv("AWS_CONFIG_FILE", join(at, "config"));
  vi.stubEnv("AWS_PROFILE", "ci");
  const { code, out, err } = await run(await startDomain(), ["plan", "--debug"]);
  expect(code).toBe(7);
  expect(err).toContain("[no-aws-credentials]");
  expect(out + err).not.toContain("hunter2");
});

test("a plan that opens the REST API of a domain by its own role is an escalation", async () => {
  const domain = await startDomain();
  const opened = `_meta: {type: rolesmapping, config_version: 2}
security_manager: {backend_roles: ["${masterIdentity.arn}"], users: [mallory]}
`;
  const { code, out, err } = await run(domain, ["apply", "--yes"], {
    files: { "roles_mapping.yml": opened },
  });
  expect(code).toBe(5);
  expect(out + err).toContain("user mallory becomes administrator");
  expect(writes(domain)).toEqual([]);
});

describe("drift on a domain", () => {
  const mapping = "_meta: {type: rolesmapping, config_version: 2}\nreader: {users: [ada]}\n";
  const watched = { ...files, "roles_mapping.yml": mapping };

  test("does not report the master that the service has put in", async () => {
    const domain = await startDomain();
    expect(await run(domain, ["apply", "--yes"], { files: watched })).toMatchObject({ code: 0 });
    const { code, out } = await run(domain, ["drift"], { files: watched });
    expect(out).not.toContain("Escalations");
    expect(code).toBe(0);
  });

  test.for(["all_access", "security_manager"])("reports a second member of %s", async (name) => {
    const domain = await startDomain();
    await run(domain, ["apply", "--yes"], { files: watched });
    await domain.edit("rolesmapping", (mappings) => ({
      ...mappings,
      [name]: { backend_roles: [masterIdentity.arn], users: ["mallory"], hosts: [] },
    }));
    const { code, out } = await run(domain, ["drift"], { files: watched });
    expect(code).toBe(2);
    expect(out).toMatch(/Escalations: 1[^]*user mallory becomes administrator/);
  });
});
