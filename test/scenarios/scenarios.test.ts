import { readFileSync, readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { collectionPath } from "../../src/cluster/client.ts";
import type { KindName } from "../../src/model/kind-name.ts";
import { createCertificates } from "../../src/simulator/certificates.ts";
import type { Certificates, Simulator } from "../../src/simulator/index.ts";
import { folder } from "../support/folder.ts";
import { makeIo, osac, type Ran } from "../support/osac.ts";
import { readRequests } from "./requests.ts";
import { readScenario, startCluster, type Entities, type Scenario } from "./scenario.ts";

const scenarios = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

/** A scenario with its cluster, and the process that osac believes to run in. */
interface Stage {
  readonly scenario: Scenario;
  readonly path: string;
  readonly simulator: Simulator;
  readonly given: { readonly env: Record<string, string>; readonly cwd: string };
}

async function startStage(name: string): Promise<Stage> {
  const path = join(import.meta.dirname, name);
  const scenario = await readScenario(path);
  const simulator = await startCluster(scenario, certificates);
  onTestFinished(() => simulator.stop());
  const { ca, admin } = certificates;
  const pem = await folder({ "ca.pem": ca.cert, "admin.pem": admin.cert, "admin.key": admin.key });
  const caller =
    scenario.caller === "user"
      ? { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" }
      : { OSAC_CLIENT_CERT: join(pem, "admin.pem"), OSAC_CLIENT_KEY: join(pem, "admin.key") };
  const env = { OSAC_URL: simulator.url, OSAC_CA_CERT: join(pem, "ca.pem"), ...caller, ...scenario.env };
  return { scenario, path, simulator, given: { env, cwd: path } };
}

describe.for(scenarios)("%s", (name) => {
  test("is told as the folder has it, and comes true", async () => {
    const stage = await startStage(name);
    const { code } = await tell(stage);
    await (refusals.includes(code) ? isRefused(stage, code) : comesTrue(stage));
  });
});

/** Exit codes of a plan that `apply` does not carry out: bad input, a guard, and a lockout. */
const refusals: readonly number[] = [3, 5, 8];

describe.for(scenarios.filter(hasMeanwhile))("%s", (name) => {
  test("is applied as it was reviewed, or not at all", async () => {
    const { scenario, path, simulator, given } = await startStage(name);
    const saved = join(await folder({}), "plan.json");
    await osac(["plan", ...applyArguments(scenario), "--out", saved], given);
    for (const [kind, entities] of Object.entries(scenario.meanwhile!) as [KindName, Entities][])
      await simulator.edit(kind, (document) => edited(document, entities));

    const argv = ["apply", "desired", "--plan", saved, "--yes"];
    const told = await osac(argv, given);
    const golden = {
      "apply.txt": `$ osac apply desired --plan plan.json --yes\n\n${told.out}\nexit code ${told.code}\n`,
      "apply-findings.txt": told.err,
      ...(told.code === 0 ? {} : { "apply.md": (await osac([...argv, "--output", "markdown"], given)).out }),
    };
    for (const [file, said] of Object.entries(golden)) {
      await expect(steady(said)).toMatchFileSnapshot(join(path, file));
      for (const secret of listSecrets(scenario.env)) expect(said).not.toContain(secret);
    }
    if (told.code !== 0) expect(writes(simulator)).toEqual([]);
  });
});

/** Compares what `plan` or `drift` says with the folder. */
async function tell({ scenario, path, given }: Stage): Promise<Ran> {
  const { command, args, once, shown, env } = scenario;
  const argv = [command, "desired", ...args, ...once, ...shown];
  const told = await osac(argv, given);
  const markdown = await osac([...argv, "--output", "markdown"], given);
  const golden = {
    "plan.txt": steady(`$ osac ${argv.join(" ")}\n\n${told.out}\nexit code ${told.code}\n`),
    "plan.md": steady(markdown.out),
    ...(told.err === "" ? {} : { "findings.txt": told.err }),
    ...(refusals.includes(told.code)
      ? {}
      : { "patch.json": await readRequests(applyArguments(scenario), makeIo(given)) }),
  };
  for (const [file, text] of Object.entries(golden)) {
    await expect(text).toMatchFileSnapshot(join(path, file));
    for (const secret of listSecrets(env)) expect(text).not.toContain(secret);
  }
  const files = (await readdir(path)).filter((file) => /\.(?:txt|md|json)$/.test(file));
  expect(files.filter((file) => !(file in golden || file.startsWith("apply")))).toEqual([]);
  return told;
}

/** Nothing is written where the plan is refused. */
async function isRefused({ scenario, simulator, given }: Stage, code: number): Promise<void> {
  expect(await osac(["apply", ...applyArguments(scenario), "--yes"], given)).toMatchObject({ code });
  expect(writes(simulator)).toEqual([]);
}

/** What was planned can be applied, in as many requests as the folder shows, and then there is nothing left to do. */
async function comesTrue({ scenario, simulator, given }: Stage): Promise<void> {
  const requests = JSON.parse(await readRequests(applyArguments(scenario), makeIo(given))) as {
    kind: KindName;
  }[];
  expect(await osac(["apply", ...applyArguments(scenario), "--yes"], given)).toMatchObject({ code: 0 });
  expect(writes(simulator)).toEqual(
    requests.map(({ kind }) => `PATCH ${collectionPath({ apiPrefix: "_plugins/_security" }, kind)}`),
  );
  const rest = scenario.command === "plan" ? scenario.args : [];
  const again = await osac(["plan", "desired", ...rest, "--output", "json"], given);
  expect(JSON.parse(again.out)).toMatchObject({ changes: [] });
}

function applyArguments({ command, args, once }: Scenario): string[] {
  return ["desired", ...(command === "plan" ? args : []), ...once];
}

/** The requests that changed something; a probe is answered with 400. */
function writes({ requests }: Simulator): string[] {
  return requests
    .filter(({ method, status }) => method !== "GET" && status === 200)
    .map(({ method, path }) => `${method} ${path}`);
}

/** Whether a folder tells of a reviewed plan, and of what happens before it is applied. */
function hasMeanwhile(name: string): boolean {
  return readFileSync(join(import.meta.dirname, name, "scenario.yml"), "utf8").includes("\nmeanwhile:");
}

/** The document with what was made of it by hand. */
function edited(document: Entities, entities: Entities): Entities {
  const all = Object.entries({ ...document, ...entities });
  return Object.fromEntries(all.filter(([, entity]) => entity !== null));
}

/** Times differ from run to run, and ids between clusters. */
function steady(text: string): string {
  return text
    .replaceAll(/in \d+\.\d s/g, "in 0.1 s")
    .replaceAll(/^(backup:|To roll back: osac rollback) \S+$/gm, "$1 backups/20260101T000000Z-01234567.json")
    .replaceAll(/backup\.directory \S+/g, "backup.directory /home/me/backups")
    .replaceAll(/\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b/g, "0123456789ab");
}

/** The values of the variables that stand for secrets. */
function listSecrets(env: Scenario["env"]): string[] {
  return Object.entries(env).flatMap(([name, value]) => (/PASSWORD$|HASH$/.test(name) ? [value] : []));
}
