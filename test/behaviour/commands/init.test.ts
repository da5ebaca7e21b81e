import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import settingsSchema from "../../../schemas/osac.schema.json" with { type: "json" };
import type { Io } from "../../../src/commands/io.ts";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { makeIo, osac, type Ran } from "../../support/osac.ts";
import { git } from "../../unit/git/repository.ts";

const examples = join(import.meta.dirname, "../../../examples");

/** The fields of a report that the test reads. */
interface Document {
  readonly changes: readonly { readonly kind: string; readonly name: string }[];
  readonly unmanaged: readonly unknown[];
  readonly findings: readonly unknown[];
}

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    rolesEnabled: ["all_access", "security_rest_api_access", "osac_plan", "osac_apply"],
    users: { "grafana agent": { password: "x" } },
    documents: {
      roles: { logs: { cluster_permissions: ["cluster_monitor"] } },
    },
  });
});
afterAll(() => simulator.stop());

function terminal(): Io["stdin"] {
  return Object.assign(makeIo().stdin, { isTerminal: true });
}

/** An empty folder with the authority of the cluster, as for a new user. */
async function start(files: Readonly<Record<string, string>> = {}): Promise<{
  readonly cwd: string;
  readonly run: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;
}> {
  const cwd = await folder({ "authority.pem": simulator.caCert, ...files });
  const admin = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  return {
    cwd,
    // A new user works at a terminal.
    run: async (argv, env) => osac(argv, { env: { ...admin, ...env }, cwd, stdin: terminal() }),
  };
}

const reached = (): string[] => ["--url", simulator.url, "--ca-cert", "authority.pem"];

test("the next plan is empty, without saying again where the cluster is, before the rights are applied and after", async () => {
  const { cwd, run } = await start();
  const begun = await run(["init", "security", ...reached()]);
  expect(begun.code).toBe(0);
  expect(begun.out).toContain("osac apply security/pipeline");
  const plan = ["plan", "security", "--detailed-exitcode"];
  expect(await run(plan)).toMatchObject({ code: 0 });

  const passwords = { PLAN_USER_PASSWORD: "Reads-2025-only!", APPLY_USER_PASSWORD: "Writes-2025-too!" };
  const applied = await run(["apply", "security/pipeline", "--yes"], passwords);
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.out).toContain("6 to create, 0 to update, 0 to delete");
  expect(await run(plan)).toMatchObject({ code: 0 });
  const asPipeline = { OSAC_USERNAME: "osac-plan", OSAC_PASSWORD: passwords.PLAN_USER_PASSWORD };
  expect(await run(plan, asPipeline)).toMatchObject({ code: 0 });
  expect(await readdir(cwd)).toEqual(["authority.pem", "security"]);
});

test("a user with a password of any variable can be added, and the rules of the pipeline leave nothing unmanaged", async () => {
  const fresh = await startSimulator();
  onTestFinished(() => fresh.stop());
  const { cwd, run } = await start({ "fresh.pem": fresh.caCert });
  await run(["init", "security", "--url", fresh.url, "--ca-cert", "fresh.pem"]);
  const settings = join(cwd, "security", "osac.yml");
  const text = await readFile(settings, "utf8");
  await writeFile(settings, text.replaceAll(/^#(?=ignore:$| {2}- \{ kind:)/gm, ""));
  await appendFile(
    join(cwd, "security", "internal_users.yml"),
    "\ncarol:\n  password: ${env.CAROL_PASSWORD}\n",
  );
  const passwords = { PLAN_USER_PASSWORD: "Reads-2025-only!", APPLY_USER_PASSWORD: "Writes-2025-too!" };
  await run(["apply", "security/pipeline", "--yes"], passwords);

  const drift = ["drift", "security", "--fail-on=unmanaged", "--output", "json"];
  const { code, out } = await run(drift, { CAROL_PASSWORD: "Carols-2025-own!" });
  const { changes, unmanaged, findings } = JSON.parse(out) as Document;
  expect(code).toBe(0);
  expect(changes.map(({ kind, name }) => `${kind}/${name}`)).toEqual(["internalusers/carol"]);
  expect([unmanaged, findings]).toEqual([[], []]);
});

test("a second directory, begun after the rights were applied, leaves them to the first and says so", async () => {
  const { cwd, run } = await start();
  await run(["init", "security", ...reached()]);
  const passwords = { PLAN_USER_PASSWORD: "Reads-2025-only!", APPLY_USER_PASSWORD: "Writes-2025-too!" };
  await run(["apply", "security/pipeline", "--yes"], passwords);
  const begun = await run(["init", "other", ...reached()]);
  expect(begun.out).toContain(
    "The cluster already has the users or roles of pipelines (osac-plan, osac-apply)",
  );
  expect(begun.out).not.toContain("not in the cluster yet");
  for (const file of ["roles.yml", "roles_mapping.yml", "internal_users.yml"])
    expect(await readFile(join(cwd, "other", file), "utf8")).not.toMatch(/osac[-_](?:plan|apply)/);
  const planned = await run(["plan", "other", "--prune", "internalusers=all", "--detailed-exitcode"]);
  expect(planned).toMatchObject({ code: 0 });
});

test("the cluster is only read", async () => {
  const { run } = await start();
  const before = simulator.requests.length;
  await run(["init", "security", ...reached(), "--github"]);
  const methods = new Set(simulator.requests.slice(before).map(({ method }) => method));
  expect([...methods]).toEqual(["GET"]);
});

test("osac.yml is valid as it is, and with all that is turned off turned on", async () => {
  const { cwd, run } = await start();
  await run(["init", "security", ...reached()]);
  const written = await readFile(join(cwd, "security", "osac.yml"), "utf8");
  const complete = written.replaceAll(/^#(?=\S| {2})/gm, "");
  const fits = new Ajv2020({ allowUnionTypes: true }).compile(settingsSchema);
  for (const text of [written, complete]) {
    const { value, findings } = parseYaml("osac.yml", text);
    expect(findings).toEqual([]);
    fits(value);
    expect(fits.errors ?? []).toEqual([]);
  }
  expect(Object.keys(parseYaml("osac.yml", complete).value as object)).toEqual([
    "cluster",
    "break_glass",
    "prune",
    "guards",
    "ignore",
    "placeholders",
    "lockout",
  ]);
});

test("whatever is there already is listed, and nothing is written", async () => {
  const { cwd, run } = await start({
    "security/osac.yml": "strict: true\n",
    "security/roles/team.yml": "_meta: {type: roles, config_version: 2}\n",
    ".github/workflows/osac-drift.yml": "mine",
  });
  const { code, err, out } = await run(["init", "security", "--github", ...reached()]);
  expect(code).toBe(3);
  expect(out).toBe("");
  for (const file of ["security/osac.yml", "security/roles/team.yml", ".github/workflows/osac-drift.yml"])
    expect(err).toContain(`${file} exists; nothing was written`);
  expect(await readdir(cwd, { recursive: true })).toHaveLength(7 + 1);
});

test("a second init is refused, and leaves every byte", async () => {
  const { cwd, run } = await start();
  await run(["init", ...reached()]);
  const roles = await readFile(join(cwd, "roles.yml"), "utf8");
  await writeFile(join(cwd, "roles.yml"), `${roles}\n# mine\n`);
  expect(await run(["init", ...reached()])).toMatchObject({ code: 3 });
  expect(await readFile(join(cwd, "roles.yml"), "utf8")).toBe(`${roles}\n# mine\n`);
});

test("--github writes the shipped workflows at the top of the repository, about this directory", async () => {
  const { cwd, run } = await start();
  await git(cwd, "init");
  expect(await run(["init", "search/access", "--github", ...reached()])).toMatchObject({ code: 0 });
  for (const name of ["plan", "apply", "drift"]) {
    const text = await readFile(join(cwd, ".github", "workflows", `osac-${name}.yml`), "utf8");
    const example = await readFile(join(examples, "github", `${name}.yml`), "utf8");
    const [first, ...rest] = text.split("\n");
    expect(first).toMatch(/^# [A-Z]/);
    expect(rest.join("\n").replaceAll("search/access", "security")).toBe(
      example.split("\n").slice(1).join("\n"),
    );
    expect(text).toContain("directory: search/access\n");
    expect(text).not.toContain("security/");
  }
});

test("a directory that a workflow cannot name is refused before anything is asked", async () => {
  const { run } = await start();
  const { code, err } = await run(["init", "our files", "--github", "--url", "https://127.0.0.1:1"]);
  expect(code).toBe(3);
  expect(err).toMatch(/a workflow cannot name the directory "our files".*\[directory-name\]/);
});

test("osac init copies only the certificates of the authority's file", async () => {
  const key = "-----BEGIN PRIVATE KEY-----\nzz\n-----END PRIVATE KEY-----\n";
  const { cwd, run } = await start({ "both.pem": simulator.caCert + key });
  const begun = await run(["init", "security", "--url", simulator.url, "--ca-cert", "both.pem"]);
  expect(begun).toMatchObject({ code: 0 });
  expect(await readFile(join(cwd, "security", "ca.pem"), "utf8")).toBe(`${simulator.caCert.trim()}\n`);
});
