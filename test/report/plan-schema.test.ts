import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/index.ts";
import schema from "../../schemas/plan.schema.json" with { type: "json" };
import { folder } from "../cli/folder.ts";
import { osac } from "../cli/osac.ts";

const examples = join(import.meta.dirname, "..", "..", "examples");
const fits = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

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
async function documentOf(argv: string[], cwd: string): Promise<Document> {
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
    SHIPPER_PASSWORD: "Ships-2025-logs!",
  };
  const { code, out } = await osac([...argv, "--output", "json"], { env, cwd });
  const document = JSON.parse(out) as Document;
  fits(document);
  expect(fits.errors ?? []).toEqual([]);
  expect(document.exitCode).toBe(code);
  return document;
}

test("what plan, apply and drift print fits the published schema, whatever becomes of the run", async () => {
  const cwd = await folder({ "ca.pem": simulator.caCert });
  await cp(join(examples, "minimal"), join(cwd, "files"), { recursive: true });

  const planned = await documentOf(["plan", "files"], cwd);
  expect(planned.changes).toHaveLength(6);
  const applied = await documentOf(["apply", "files", "--yes"], cwd);
  expect(applied.changes!.every(({ result }) => result === "done")).toBe(true);

  await simulator.edit("roles", (roles) => {
    (roles["logs_reader"] as { description: string }).description = "changed by hand";
  });
  const drifted = await documentOf(["drift", "files", "--base", join(cwd, "files")], cwd);
  expect(drifted).toMatchObject({ exitCode: 2, changes: [{ cause: "live" }] });

  const file = join(cwd, "files", "roles.yml");
  await writeFile(file, `${await readFile(file, "utf8")}\nall_access:\n  description: the server's own\n`);
  simulator.fail({
    status: 500,
    body: '{"error":"ill","status":500}',
    when: ({ method }) => method === "PATCH",
  });
  const failed = await documentOf(["apply", "files", "--yes"], cwd);
  expect(failed).toMatchObject({ exitCode: 6, skipped: [{ name: "all_access" }] });

  await writeFile(file, "roles: [");
  expect(await documentOf(["plan", "files"], cwd)).toMatchObject({ exitCode: 3 });
  expect(await documentOf(["plan", "nowhere"], cwd)).toMatchObject({ exitCode: 3 });
});
