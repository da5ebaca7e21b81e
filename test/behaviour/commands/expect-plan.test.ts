import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { startReverseProxy } from "../../support/reverse-proxy.ts";
import { run, start, writes } from "../../support/simulated-cluster.ts";

interface Document {
  readonly planId: string | null;
  readonly changes: readonly unknown[];
}

async function planned(...args: Parameters<typeof run>): Promise<Document> {
  const [argv, ...rest] = args;
  return JSON.parse((await run([...argv, "--output", "json"], ...rest)).out) as Document;
}

test("plan, apply and drift give the same id, and plan says what to do with it", async () => {
  const simulator = await start();
  const { planId } = await planned(["plan"], simulator);
  expect(planId).toMatch(/^[0-9a-f]{64}$/);
  expect((await planned(["drift"], simulator)).planId).toBe(planId);

  const id = planId!.slice(0, 32);
  const text = await run(["plan", "--set-all-passwords"], simulator);
  expect(text.out).toMatch(
    new RegExp(
      `^Plan id ${id}\nTo apply exactly this: osac apply --set-all-passwords --expect-plan ${id}\n$`,
      "m",
    ),
  );
  expect((await run(["drift"], simulator)).out).not.toContain("Plan id");
  const markdown = await run(["plan", "--output", "markdown"], simulator);
  expect(markdown.out).toContain(`    osac apply --expect-plan ${planId}\n`);
  expect((await planned(["apply", "--yes"], simulator)).planId).toBe(planId);
});

test("the plan that was reviewed is applied, by its whole id or the first digits of it", async () => {
  for (const digits of [64, 32]) {
    const simulator = await start();
    const { planId } = await planned(["plan"], simulator);
    const apply = ["apply", "--yes", "--expect-plan", planId!.slice(0, digits).toUpperCase()];

    expect(await run(apply, simulator)).toMatchObject({ code: 0, err: expect.stringContaining("[2/2]") });
    expect(writes(simulator)).toEqual(["PATCH tenants 200", "PATCH roles 200"]);

    const again = await run(apply, simulator);
    expect(again).toMatchObject({ code: 0, err: "" });
    expect(again.out).toContain("Already applied:");
    expect(writes(simulator)).toHaveLength(2);
  }
});

test("another plan is shown, with both ids, and not applied", async () => {
  const simulator = await start();
  const { planId } = await planned(["plan"], simulator);
  await simulator.edit("roles", (roles) => ({ ...roles, logs_reader: { description: "by hand" } }));
  const now = await planned(["plan"], simulator);
  expect(now.planId).not.toBe(planId);

  const { code, out, err } = await run(["apply", "--yes", "--expect-plan", planId!], simulator);
  expect(code).toBe(4);
  expect(err).toContain(`its id is ${now.planId}, not ${planId}; nothing was written [other-plan]`);
  expect(out).toContain("~ logs_reader");
  expect(writes(simulator)).toEqual([]);

  const document = await planned(["apply", "--yes", "--expect-plan", planId!], simulator);
  expect(document).toMatchObject({
    exitCode: 4,
    planId: now.planId,
    review: { planId },
    findings: [{ code: "other-plan", refusedBy: "stale" }],
  });
});

test("a kind that cannot be read any more is not taken for nothing to do", async () => {
  const simulator = await start();
  const { planId } = await planned(["plan", "--kinds", "roles,tenants"], simulator);
  await run(["apply", "--yes"], simulator);
  const body = '{"message":"No permission to access REST API"}';
  simulator.fail({ status: 403, body, when: ({ path }) => path.endsWith("/api/roles") });

  const { code } = await run(["apply", "--yes", "--expect-plan", planId!], simulator);
  expect(code).toBe(4);
});

test("a caller who may not know the cluster's UUID has no id, and can expect none", async () => {
  const simulator = await start();
  const forbidden = { status: 403, body: "{}", when: ({ path }: { path: string }) => path === "/" };
  simulator.fail(forbidden, forbidden);

  expect((await planned(["plan"], simulator)).planId).toBeNull();
  const { code, err } = await run(["apply", "--yes", "--expect-plan", "0".repeat(64)], simulator);
  expect(code).toBe(7);
  expect(err).toContain("[no-cluster-uuid]");
  expect(err).toContain("cluster:monitor/main");
  expect(writes(simulator)).toEqual([]);
});

test.for(["", "0".repeat(31), "0".repeat(65), `${"0".repeat(32)}g`])("%j is no id", async (id) => {
  const { code, err } = await run(["apply", "--yes", "--expect-plan", id], await start());
  expect(code).toBe(3);
  expect(err).toMatch(/--expect-plan: (?:expected the id of a plan|the value is empty)/);
});

test("the suggested command runs as a shell reads it: spaces, quotes, a settings file and certificates", async () => {
  const simulator = await start();
  const cwd = await folder({
    "it's mine/roles.yml": "_meta: { type: roles, config_version: 2 }\na: { description: new }\n",
    "my job/osac.yml": "guards: { max_deletes: 7 }\n",
    "my keys/ca.pem": simulator.caCert,
    "my keys/admin.pem": simulator.adminCert,
    "my keys/admin.key": simulator.adminKey,
  });
  const keys = ["--client-cert", "my keys/admin.pem", "--client-key", "my keys/admin.key"];
  const recovery = ["--recovery-cert", "my keys/admin.pem", "--recovery-key", "my keys/admin.key"];
  const reached = ["--url", simulator.url, "--ca-cert", "my keys/ca.pem", "--config", "my job/osac.yml"];
  const { out } = await osac(["plan", "it's mine", ...reached, ...keys, ...recovery], { cwd });
  const [, line = ""] = /^To apply exactly this: (osac apply .*)$/m.exec(out)!;

  const script = `osac() { node -p 'JSON.stringify(process.argv.slice(1))' -- "$@"; }; ${line}`;
  const words = JSON.parse(execFileSync("sh", ["-c", script], { encoding: "utf8" })) as string[];
  expect(await osac([...words, "--yes"], { cwd })).toMatchObject({ code: 0 });
  expect(simulator.stored("roles")).toHaveProperty("a");
});

test("nothing is written if the address leads to another cluster after the comparison", async () => {
  const simulator = await start();
  let reads = 0;
  const url = await startReverseProxy({
    to: simulator,
    answers: (path, response) => {
      if (path !== "/" || ++reads < 3) return false;
      const body = { cluster_name: "other", cluster_uuid: "another-cluster", version: { number: "3.4.0" } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      return true;
    },
  });
  const at = { url, caCert: simulator.caCert };
  const { planId } = await planned(["plan"], at);
  const { code, err } = await run(["apply", "--yes", "--expect-plan", planId!], at);
  expect(code).toBe(4);
  expect(err).toMatch(
    /the address leads to another cluster now: the plan is of \S+, and another-cluster answers/,
  );
  expect(err).toContain("nothing was written [other-cluster]");
  expect(writes(simulator)).toEqual([]);
});
