import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";
import accessSchema from "../../../schemas/access.schema.json" with { type: "json" };
import exportSchema from "../../../schemas/export.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import renderSchema from "../../../schemas/render.schema.json" with { type: "json" };
import statusSchema from "../../../schemas/status.schema.json" with { type: "json" };
import targetsSchema from "../../../schemas/targets.schema.json" with { type: "json" };
import validationSchema from "../../../schemas/validation.schema.json" with { type: "json" };
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const examples = join(import.meta.dirname, "../../../examples");
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addSchema([
  accessSchema,
  planSchema,
  statusSchema,
  exportSchema,
  validationSchema,
  renderSchema,
  targetsSchema,
]);

/** The schema of what each command prints. */
const schemas: Readonly<Record<string, { readonly $id: string }>> = {
  plan: planSchema,
  apply: planSchema,
  drift: planSchema,
  status: statusSchema,
  export: exportSchema,
  init: exportSchema,
  validate: validationSchema,
  targets: targetsSchema,
  render: renderSchema,
  access: accessSchema,
};

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

interface Document {
  readonly exitCode: number;
  readonly changes?: readonly { readonly result?: string; readonly cause?: string }[];
}

/** The document that a command prints, which fits the schema and tells the exit code. */
async function makeDocument(
  argv: readonly [string, ...string[]],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Document> {
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
    SHIPPER_PASSWORD: "Ships-2025-logs!",
    ...more,
  };
  const { code, out } = await osac([...argv, "--output", "json"], { env, cwd });
  const document = JSON.parse(out) as Document;
  const fits = ajv.getSchema(schemas[argv[0]]!.$id)!;
  void fits(document);
  expect(fits.errors ?? []).toEqual([]);
  expect(document.exitCode).toBe(code);
  return document;
}

test("what plan, apply and drift print fits the published schema, whatever becomes of the run", async () => {
  const cwd = await folder({ "ca.pem": simulator.caCert });
  await cp(join(examples, "minimal"), join(cwd, "files"), { recursive: true });

  const planned = await makeDocument(["plan", "files"], cwd);
  expect(planned.changes).toHaveLength(6);
  const applied = await makeDocument(["apply", "files", "--yes"], cwd);
  expect(applied.changes!.every(({ result }) => result === "done")).toBe(true);

  await simulator.edit("roles", (roles) => {
    (roles["logs_reader"] as { description: string }).description = "changed by hand";
  });
  const drifted = await makeDocument(["drift", "files", "--base", join(cwd, "files")], cwd);
  expect(drifted).toMatchObject({ exitCode: 2, changes: [{ cause: "live" }] });

  const file = join(cwd, "files", "roles.yml");
  await writeFile(file, `${await readFile(file, "utf8")}\nall_access:\n  description: the server's own\n`);
  simulator.fail({
    status: 500,
    body: '{"error":"ill","status":500}',
    when: ({ method }) => method === "PATCH",
  });
  const failed = await makeDocument(["apply", "files", "--yes"], cwd);
  expect(failed).toMatchObject({ exitCode: 6, skipped: [{ name: "all_access" }] });

  await writeFile(file, "roles: [");
  expect(await makeDocument(["plan", "files"], cwd)).toMatchObject({ exitCode: 3 });
  expect(await makeDocument(["plan", "nowhere"], cwd)).toMatchObject({ exitCode: 3 });
});

test("what status prints fits its schema: as a user, as the certificate, with a wrong password, of nobody", async () => {
  const { caCert, adminCert, adminKey } = simulator;
  const cwd = await folder({ "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
  expect(await makeDocument(["status"], cwd)).toMatchObject({ caller: { kind: "user" } });
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
  expect(await makeDocument(["status"], cwd, certificate)).toMatchObject({ caller: { kind: "certificate" } });
  expect(await makeDocument(["status"], cwd, { OSAC_PASSWORD: "wrong" })).toMatchObject({ exitCode: 7 });
  expect(await makeDocument(["status"], cwd, { OSAC_URL: "https://127.0.0.1:1" })).toMatchObject({
    exitCode: 7,
  });
});

test("what export prints fits its schema, written, unchanged and refused", async () => {
  const cwd = await folder({ "ca.pem": simulator.caCert });
  const written = await makeDocument(["export", "files"], cwd);
  expect(written).toMatchObject({ exitCode: 0, files: expect.arrayContaining([]) });
  expect(await makeDocument(["export", "files"], cwd)).toMatchObject({ exitCode: 0 });
  await writeFile(join(cwd, "files", "roles.yml"), "another: text\n");
  expect(await makeDocument(["export", "files"], cwd)).toMatchObject({ exitCode: 3 });
});

test("what init prints fits the schema of export, written and refused", async () => {
  const cwd = await folder({ "ca.pem": simulator.caCert });
  const written = await makeDocument(["init", "files", "--github"], cwd);
  expect(written).toMatchObject({ exitCode: 0, command: "init" });
  expect(await makeDocument(["init", "files"], cwd)).toMatchObject({ exitCode: 3 });
});

test("what validate prints fits its schema, of good files and of bad ones", async () => {
  const cwd = await folder({ "roles.yml": "_meta: {type: roles, config_version: 2}\nrole: {cluster: []}\n" });
  expect(await makeDocument(["validate"], cwd)).toMatchObject({ exitCode: 3 });
  expect(await makeDocument(["validate", join(examples, "full")], cwd)).toMatchObject({ exitCode: 0 });
});

test("what the access commands print fits their schema", async () => {
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "names.json": JSON.stringify({ indices: [{ name: "logs-1", aliases: ["a"] }, { name: "orders" }] }),
  });
  await cp(join(examples, "full"), join(cwd, "files"), { recursive: true });
  await cp(join(examples, "full"), join(cwd, "other"), { recursive: true });
  await writeFile(
    join(cwd, "other", "roles_mapping.yml"),
    "_meta: { type: rolesmapping, config_version: 2 }\n",
  );
  const names = ["--facts", "names.json"];
  const questions: readonly (readonly string[])[] = [
    ["can", "user:shipper", "search", "logs-1", "files"],
    ["can", "everyone", "search", "*", "files"],
    ["can", "role:analysts", "search", "*", "files", ...names],
    ["explain", "role:analysts", "search", "logs-1", "files"],
    ["explain", "role:analysts", "index a document", "logs-1", "files"],
    ["list", "role:analysts", "files"],
    ["list", "user:shipper", "files", ...names],
    ["who", "search", "logs-1", "files"],
    ["diff", "files", "other"],
    ["diff", "files", "live", "files"],
    ["record", "role:analysts", "everyone", "files", ...names],
    ["report", "files"],
    ["report", "files", "--html", "access.html"],
    ["operations"],
    ["can", "nobody", "search", "a", "files"],
  ];
  for (const question of questions) await makeDocument(["access", ...question], cwd);
});

test("what targets and render print fits their schemas, and reports of a target name it", async () => {
  const cwd = await folder({
    "osac.yml": `targets: { eu-1: { group: g, labels: { region: eu } }, b: {} }`,
    "ca.pem": simulator.caCert,
    "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsearch: {}\n",
  });
  expect(await makeDocument(["targets"], cwd)).toMatchObject({ targets: [{ group: "g" }, { group: null }] });
  const rendered = await makeDocument(["render", "--target", "b", "--out", "plain"], cwd);
  expect(rendered).toMatchObject({ entities: 1, files: [{ file: "tenants.yml", result: "written" }] });
  expect(await makeDocument(["render", "--target", "b"], cwd)).toMatchObject({ exitCode: 3 });
  const target = { target: { name: "eu-1" } };
  for (const command of ["validate", "plan", "status", "apply", "drift"] as const) {
    const more = command === "apply" ? ["--yes"] : [];
    expect(await makeDocument([command, "--target", "eu-1", ...more], cwd)).toMatchObject(target);
  }
  expect(await makeDocument(["plan", "nowhere", "--target", "eu-1"], cwd)).toMatchObject(target);
});
