import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWriter } from "../../../src/cluster/client.ts";
import { parseArguments } from "../../../src/commands/arguments.ts";
import { readTokens } from "../../../src/commands/tokens.ts";
import type { Io } from "../../../src/commands/io.ts";
import { connect } from "../../../src/commands/connect.ts";
import { readLockoutTask, readTask } from "../../../src/commands/read-task.ts";
import { readSettings } from "../../../src/settings/read-settings.ts";
import type { Applied } from "../../../src/apply/apply-requests.ts";
import { administrationKinds, allKinds, kinds } from "../../../src/kinds/index.ts";
import type { Json } from "../../../src/model/value.ts";
import { apply, prepare } from "../../../src/engine/apply-plan.ts";
import { plan } from "../../../src/engine/plan.ts";
import { folder } from "../../support/folder.ts";
import { makeIo, osac } from "../../support/osac.ts";
import { openCaller, securityPath, type Caller } from "../../server/contract/caller.ts";
import { storedDocument } from "../../server/contract/stored.ts";
import { cheapPassword, type Cluster } from "../../server/contract/suite.ts";
import { scenarios, type LockoutScenario } from "./scenarios.ts";

type Documents = Readonly<Record<string, string>>;

/** Every scenario, on one cluster. The suite restores the cluster before each of them. */
export function lockoutSuite(start: () => Promise<Cluster>): void {
  let cluster: Cluster;
  let certificate: Caller & { close(): Promise<void> };
  let original: Documents;

  beforeAll(async () => {
    cluster = await start();
    const { caCert = "", adminCert: cert = "", adminKey: key = "" } = cluster;
    certificate = openCaller(cluster.url, { caCert, cert, key });
    original = await readDocuments(certificate);
  });
  afterAll(async () => {
    await certificate?.close();
    await cluster?.stop();
  });

  test.for(Object.entries(scenarios))("%s", async ([, scenario]) => {
    await putBack(certificate, original);
    for (const [kind, operations = []] of Object.entries(scenario.live ?? {}))
      expect(await certificate.patch(kind, [...operations])).toMatchObject({ status: 200 });
    const before = await readDocuments(certificate);
    const shown = await listEntities(certificate);
    const io = await ioFor(cluster, scenario);

    await isRefused(scenario, io);
    expect(await readDocuments(certificate)).toEqual(before);

    const { findings, outcomes } = await applyUnguarded(scenario, io);
    if (!scenario.isOpen) expect(findings.map(({ code }) => code)).toEqual(["locked-out"]);
    if (findings.length > 0) {
      const message = expect.stringContaining("and the caller has its access again");
      expect(findings[0]).toMatchObject({ refusedBy: "lockout", message });
      // The earlier, harmless changes stay.
      const done = outcomes.filter(({ result }) => result === "done").map(({ change }) => change.kind);
      expect(without(await listEntities(certificate), done)).toEqual(without(shown, done));
    }
    expect(await mayWrite(cluster)).toBe(true);
  });
}

/** No option allows a certain lockout. */
const allowed = ["--allow-lockout-risk", "--max-deletes", "9", "--max-delete-share", "100%"];

async function isRefused({ args = allowed, says }: LockoutScenario, io: Io): Promise<void> {
  const ran = await osac(["apply", "desired", "--yes", ...makeArgs(args)], { cwd: io.cwd, env: io.env });
  expect(ran.err).toMatch(says);
  expect(ran.err).toContain("nothing was written");
  expect(ran.code).toBe(8);
}

function makeArgs(args: readonly string[]): string[] {
  return args.includes("--set-password") ? [...args, ...allowed] : [...args];
}

/** Applies the scenario with a program that ignores the guard. */
async function applyUnguarded({ args = [] }: LockoutScenario, io: Io): Promise<Applied> {
  const parsed = await parseArguments(readTokens(["apply", "desired", ...args]), undefined);
  if ("print" in parsed) throw new Error(parsed.print);
  const { command, directory, flags } = parsed;
  const asked = { options: command.options, outputs: command.outputs, flags, directory };
  const env = { ...io.env, OSAC_RECOVERY_CERT: "admin.pem", OSAC_RECOVERY_KEY: "admin.key" };
  const { settings } = await readSettings(asked, env, io.cwd, false);
  const connection = await connect(settings, io);
  const task = await readTask(settings, io);
  const lockout = await readLockoutTask(settings, connection);
  const writer = openWriter(connection);
  try {
    const planned = await plan(writer, connection, { ...task, lockout });
    const errors = planned.plan.findings.filter(({ severity }) => severity === "error");
    expect(errors.filter(({ refusedBy }) => refusedBy !== "lockout")).toEqual([]);
    const prepared = await prepare(planned, { algorithm: "bcrypt", cost: 4 });
    return await apply(writer, connection, prepared, {
      recovery: lockout.recovery,
      comparesBeforeEach: false,
      signal: new AbortController().signal,
      onRequest: () => {},
      onUnclear: () => {},
    });
  } finally {
    await writer.close();
  }
}

async function ioFor(cluster: Cluster, { files, settings = "", env = {} }: LockoutScenario): Promise<Io> {
  const { caCert = "", adminCert = "", adminKey = "" } = cluster;
  const desired = Object.entries(files).map(([name, text]) => {
    const { name: type } = allKinds.find(({ file }) => file === name)!;
    return [`desired/${name}`, `_meta: { type: ${type}, config_version: 2 }\n${text}`];
  });
  const cwd = await folder({
    "ca.pem": caCert,
    "admin.pem": adminCert,
    "admin.key": adminKey,
    "desired/osac.yml": settings,
    ...Object.fromEntries(desired),
  });
  return makeIo({
    cwd,
    env: {
      OSAC_URL: cluster.url,
      OSAC_CA_CERT: join(cwd, "ca.pem"),
      OSAC_USERNAME: "deploy",
      OSAC_PASSWORD: cheapPassword,
      ...env,
    },
  });
}

/** The documents as they are stored. */
async function readDocuments(certificate: Caller): Promise<Documents> {
  const stored = administrationKinds.map(
    async (kind) => [kind, await storedDocument(certificate, kind)] as const,
  );
  return Object.fromEntries(await Promise.all(stored));
}

/** The documents as the API shows them. A revert may store default values. */
async function listEntities(certificate: Caller): Promise<Record<string, Json>> {
  const answers = administrationKinds.map(
    async (kind) => [kind, (await certificate.get(kinds[kind].path)).body] as const,
  );
  return Object.fromEntries(await Promise.all(answers));
}

function without(entities: Readonly<Record<string, Json>>, left: readonly string[]): Record<string, Json> {
  return Object.fromEntries(Object.entries(entities).filter(([kind]) => !left.includes(kind)));
}

async function putBack(certificate: Caller, documents: Documents): Promise<void> {
  for (const [kind, text] of Object.entries(documents)) {
    const path = `/.opendistro_security/_doc/${kind}?refresh=true`;
    expect(
      (await certificate.put(path, { [kind]: Buffer.from(text).toString("base64") })).status,
    ).toBeLessThan(300);
  }
  const path = `${securityPath}/configupdate?config_types=${administrationKinds.join(",")}`;
  expect(await certificate.put(path)).toMatchObject({
    status: 200,
    body: { configupdate_response: { has_failures: false } },
  });
}

/** True if the caller of the tests has the same access as at the start. */
async function mayWrite({ url, caCert = "" }: Cluster): Promise<boolean> {
  const caller = openCaller(url, { caCert, user: "deploy", password: cheapPassword });
  try {
    const answers = await Promise.all(
      ["rolesmapping", "securityconfig", "allowlist"].map((kind) => caller.patch(kind, [])),
    );
    return answers.every(({ status }) => status === 400);
  } finally {
    await caller.close();
  }
}
