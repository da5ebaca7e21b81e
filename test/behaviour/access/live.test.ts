import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { startQuick } from "../../support/simulated-cluster.ts";

const names = {
  indices: [
    { name: "logs-1", aliases: ["recent", "all"], attributes: ["open"] },
    { name: "logs-2", aliases: ["all"], attributes: ["open"] },
    { name: ".ds-events-1", attributes: ["open", "hidden"], data_stream: "events" },
  ],
  aliases: [],
  data_streams: [],
};

/** A cluster in which admin may do everything, and some paths have an answer of their own. */
async function stage(answers: Readonly<Record<string, readonly [status: number, body?: object]>>) {
  const simulator = await startQuick();
  for (const [start, [status, body = {}]] of Object.entries(answers))
    simulator.fail({ status, body: JSON.stringify(body), when: ({ path }) => path.startsWith(start) });
  return { simulator, cwd: await folder({ "ca.pem": simulator.caCert, "taken.txt": "mine" }) };
}

async function run({ url }: Simulator, cwd: string, argv: readonly string[]): Promise<Ran> {
  const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_SUBJECT_PASSWORD: "admin" };
  return osac(["access", ...argv], { cwd, env: { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", ...login } });
}

test("access facts saves the names in the file that --out names, and counts each once", async () => {
  const { simulator, cwd } = await stage({ "/_resolve/index": [200, names] });
  const told = await run(simulator, cwd, ["facts", "--out", "names.json"]);
  expect(told).toEqual({
    code: 0,
    out: "3 index names with 2 alias names and 1 data stream in names.json\n",
    err: "",
  });
  expect(JSON.parse(await readFile(join(cwd, "names.json"), "utf8"))).toEqual(names);
  simulator.fail({
    status: 200,
    body: JSON.stringify(names),
    when: ({ path }) => path.startsWith("/_resolve"),
  });
  const again = await run(simulator, cwd, ["facts", "--out", "names.json", "--output", "json"]);
  expect(JSON.parse(again.out)).toEqual({
    version: 1,
    command: "access facts",
    exitCode: 0,
    file: "names.json",
    indices: 3,
  });
});

test("access facts writes nothing over a file that is not its own, and nothing if the caller may not see names", async () => {
  const { simulator, cwd } = await stage({ "/_resolve/index": [200, names] });
  const taken = await run(simulator, cwd, ["facts", "--out", "taken.txt"]);
  expect(taken).toMatchObject({ code: 3, err: expect.stringContaining("--out taken.txt: there is a file") });
  expect(await readFile(join(cwd, "taken.txt"), "utf8")).toBe("mine");
  const denying = await stage({ "/_resolve/index": [403, { error: "no permissions" }] });
  const denied = await run(denying.simulator, denying.cwd, ["facts", "--out", "names.json"]);
  expect(denied).toMatchObject({
    code: 7,
    err: expect.stringContaining("answered 403 to GET /_resolve/index"),
  });
  expect(denied.err).toContain(
    "hint: the caller needs the index permission indices:admin/resolve/index on *",
  );
});

const search = ["can", "user:admin", "search", "logs-1"];
const readTenant = ["can", "user:admin", "read in Dashboards", "tenant:global_tenant"];
const writeTenant = ["can", "user:admin", "save in Dashboards", "tenant:global_tenant"];
const searched = "GET /logs-1/_search?size=0";
const looked = "GET /_plugins/_security/authinfo";

/** The answer of the cluster to the same question, as people read it. Exit code 9: it disagrees. */
test.for<[words: string[], status: number, body: object, line: string, isOther: boolean]>([
  [search, 200, {}, `verified: the cluster answers 200 to ${searched}: permitted`, false],
  [search, 404, {}, `verified: the cluster answers 404 to ${searched}: permitted`, false],
  [search, 403, {}, `the cluster disagrees: the cluster answers 403 to ${searched}: refused`, true],
  [search, 401, {}, `not verified: the cluster refused the login (401), to ${searched}`, false],
  [search, 418, {}, `not verified: the cluster answered 418, to ${searched}`, false],
  [readTenant, 401, {}, `not verified: the cluster refused the login (401), to ${looked}`, false],
  [readTenant, 418, {}, `not verified: the cluster answered 418, to ${looked}`, false],
  [readTenant, 200, {}, `not verified: the cluster answered 200, to ${looked}`, false],
  [readTenant, 200, { tenants: {} }, `answers 200 to ${looked}: no access to the tenant`, true],
  [readTenant, 200, { tenants: { global_tenant: false } }, `answers 200 to ${looked}: read`, false],
  [readTenant, 200, { tenants: { global_tenant: true } }, `answers 200 to ${looked}: write`, false],
  [writeTenant, 200, { tenants: { global_tenant: true } }, `answers 200 to ${looked}: write`, false],
  [writeTenant, 200, { tenants: { global_tenant: false } }, `answers 200 to ${looked}: read`, true],
])("--verify: %s is answered with %d %j", async ([words, status, body, line, isOther]) => {
  const path = words === search ? "/logs-1/_search" : "/_plugins/_security/authinfo";
  const { simulator, cwd } = await stage({ [path]: [status, body], "/_resolve/index": [200, names] });
  const { code, out } = await run(simulator, cwd, [...words, "--live", "--verify"]);
  expect([code === 9, out]).toEqual([isOther, expect.stringContaining(line)]);
});
