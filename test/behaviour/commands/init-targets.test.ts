import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import exportSchema from "../../../schemas/export.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { startQuick } from "../../support/simulated-cluster.ts";
import { check, lacks } from "../examples/checkers.ts";

const examples = join(import.meta.dirname, "../../../examples/github");
const addresses = {
  OSAC_TARGET_CANARY_URL: "https://canary.example.org:9200",
  OSAC_TARGET_EU_1_URL: "https://eu-1.example.org:9200",
};

const init = async (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = addresses,
  files: Readonly<Record<string, string>> = {},
): Promise<Ran & { readonly cwd: string }> => {
  const cwd = await folder({ ".git/HEAD": "", ...files });
  return { ...(await osac(["init", ...argv], { cwd, env })), cwd };
};

test("init --targets --github writes settings, pipeline users and workflows, and asks no cluster", async () => {
  const { code, out, err, cwd } = await init(["security", "--targets", "canary,eu-1", "--github"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatchInlineSnapshot(`
    "osac init · canary, eu-1 · into security

      osac.yml                                         the settings of osac, explained
      pipeline/internal_users.yml                      the users osac-plan and osac-apply, for pipelines
      pipeline/opensearch.yml                          lines for the opensearch.yml of each node
      pipeline/roles.yml                               their roles
      pipeline/roles_mapping.yml                       their role mappings
      pipeline/osac.yml                                the settings to apply this folder
      ../.github/workflows/osac-fleet-plan.yml         shows the plans of all clusters on a pull request
      ../.github/workflows/osac-fleet-apply.yml        applies the plans on merge, one group after the other
      ../.github/workflows/osac-fleet-apply-group.yml  applies the plans of one group
      ../.github/workflows/osac-fleet-drift.yml        looks for drift in all clusters every hour

    Next
      1. Read security/osac.yml. Correct the groups, and set ca_cert and break_glass: who must never be locked out.
      2. Set the login of each target in its own variables, and run osac export security --targets all. It writes what all clusters have alike into base, and the rest into the layers of the targets.
         Run osac plan security --targets all. It finds nothing to change. Commit the files to the main branch.
      3. Create the users of the pipeline, osac-plan (reads) and osac-apply (writes), in each cluster. Once, as an administrator:
         - Add the lines of security/pipeline/opensearch.yml to the opensearch.yml of every node, and restart the nodes. If roles_enabled is there already, extend its list.
         - Set PLAN_USER_PASSWORD and APPLY_USER_PASSWORD, and run osac apply security/pipeline --targets all --yes. For passwords of its own, run it for one --target after the other.
         - Remove the # before each line of ignore in security/osac.yml. Otherwise drift reports these users as unmanaged.
      4. In the workflows, replace OWNER/opensearch-security-as-code@0000… with the repository and the commit of the osac release that you use.
         On GitHub, create two environments for each target, such as canary and canary-plan: the first with the secret OSAC_APPLY_PASSWORD and reviewers, for the main branch alone, the second with OSAC_PLAN_PASSWORD.
    "
  `);
  expect(await readdir(join(cwd, ".github/workflows"))).toEqual([
    "osac-fleet-apply-group.yml",
    "osac-fleet-apply.yml",
    "osac-fleet-drift.yml",
    "osac-fleet-plan.yml",
  ]);
  const listed = await osac(["targets", "security"], { cwd });
  expect(listed.out).toBe(
    "canary  canary      https://canary.example.org:9200\neu-1    production  https://eu-1.example.org:9200\n",
  );
  const rights = await osac(["targets", "security/pipeline"], { cwd });
  expect(rights.out).toContain("https://eu-1.example.org:9200");
});

test("export of the new targets fills their layers, and the plan of each is empty", async () => {
  const [canary, eu] = [await startQuick(), await startQuick({ documents: { tenants: { eu: {} } } })];
  const env = { OSAC_TARGET_CANARY_URL: canary.url, OSAC_TARGET_EU_1_URL: eu.url };
  const { cwd } = await init(["security", "--targets", "canary,eu-1"], env);
  const login = Object.fromEntries(
    ["CANARY", "EU_1"].flatMap((name) => [
      [`OSAC_TARGET_${name}_USERNAME`, "admin"],
      [`OSAC_TARGET_${name}_PASSWORD`, "admin"],
      [`OSAC_TARGET_${name}_CA_CERT`, "ca.pem"],
    ]),
  );
  const given = { cwd: await folder({ "ca.pem": canary.caCert }), env: { ...env, ...login } };
  const directory = join(cwd, "security");
  expect(await osac(["export", directory, "--targets", "all"], given)).toMatchObject({ code: 0 });
  const planned = await osac(["plan", directory, "--targets", "all"], given);
  expect(planned.out).toContain("2 targets: 2 clean");
});

test("the workflows are the shipped ones, about this directory", async () => {
  const { cwd } = await init(["access/prod", "--targets", "canary,eu-1", "--github"]);
  for (const name of ["fleet-apply-group.yml", "fleet-apply.yml", "fleet-drift.yml", "fleet-plan.yml"]) {
    const [shipped, written] = await Promise.all([
      readFile(join(examples, name), "utf8"),
      readFile(join(cwd, ".github/workflows", `osac-${name}`), "utf8"),
    ]);
    const bodies = [shipped, written].map((text) => text.slice(text.indexOf("\nname:")));
    const adapted = bodies[0]!
      .replaceAll('"security/**"', '"access/prod/**"')
      .replaceAll("directory: security\n", "directory: access/prod\n")
      .replaceAll(/osac targets security |(?<=osac report merge "\$reports" )security /g, (text) =>
        text.replace("security", "access/prod"),
      );
    expect(bodies[1]).toBe(adapted);
    expect(written).not.toMatch(/^# Copy/);
  }
});

test.skipIf(lacks("actionlint"))("actionlint finds nothing wrong with the workflows", async () => {
  const { cwd } = await init(["access/prod", "--targets", "canary,eu-1", "--github"]);
  const workflows = join(cwd, ".github/workflows");
  const paths = (await readdir(workflows)).map((name) => join(workflows, name));
  expect(check("actionlint", paths)).toEqual({ code: 0, said: "" });
});

test("the JSON fits its schema", async () => {
  const { out } = await init(["--targets", "canary", "--output", "json"]);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const fits = ajv.addSchema([planSchema, exportSchema]).getSchema(exportSchema.$id)!;
  void fits(JSON.parse(out));
  expect(fits.errors ?? []).toEqual([]);
});

test.for([
  ["all", '"all" is no name of a new target'],
  ["group:eu", '"group:eu" is no name of a new target'],
  ["us-1", "set OSAC_TARGET_US_1_URL"],
  ["eu-1,eu.1", "would read the same variables"],
])("--targets %s is refused with what to type, and nothing is written", async ([names, words]) => {
  const { code, out, err, cwd } = await init([`--targets=${names}`]);
  expect({ code, out }).toEqual({ code: 3, out: "" });
  expect(err).toContain(words);
  expect(await readdir(cwd)).toEqual([".git"]);
});

test("an osac.yml that exists is never replaced", async () => {
  const { code, err } = await init(["--targets", "canary"], addresses, { "osac.yml": "{}" });
  expect(code).toBe(3);
  expect(err).toContain("osac.yml exists; nothing was written");
});
