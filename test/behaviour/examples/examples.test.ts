import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allKinds } from "../../../src/kinds/index.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";

const examples = join(import.meta.dirname, "../../../examples");
/** The examples with files of entities. The others show where osac can run. */
const directories = readdirSync(examples).filter((name) =>
  allKinds.some(({ file }) => existsSync(join(examples, name, file))),
);

/** The values of the placeholders in the examples. */
const secrets = {
  ADA_HASH: "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K",
  LDAP_PASSWORD: "example",
  APPLY_USER_PASSWORD: "Writes-2025-too!",
  PLAN_USER_PASSWORD: "Reads-2025-only!",
  SHIPPER_PASSWORD: "Ships-2025-logs!",
};

/** What the examples gain on a fresh cluster. */
const escalations: Readonly<Record<string, readonly string[]>> = {
  full: ["node-trust/nodesdn/archive", "login-authority/config/config"],
  oidc: ["login-authority/config/config"],
};

describe.each(directories)("examples/%s", (directory) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.stop());

  async function run(...argv: string[]): Promise<Ran> {
    const { caCert, adminCert, adminKey, url } = simulator;
    const pem = await folder({ "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
    const env = {
      ...secrets,
      OSAC_URL: url,
      OSAC_CA_CERT: join(pem, "ca.pem"),
      OSAC_CLIENT_CERT: join(pem, "admin.pem"),
      OSAC_CLIENT_KEY: join(pem, "admin.key"),
    };
    return osac(argv, { env, cwd: examples });
  }

  test.each([{}, secrets])("has nothing wrong, with its variables or without", async (env) => {
    const { code, out } = await osac(["validate", directory], { env, cwd: examples });
    expect(out).toContain("no problems found");
    expect(code).toBe(0);
  });

  test("is written as planned, and then nothing is left to do", async () => {
    const approved = (escalations[directory] ?? []).flatMap((name) => ["--allow-escalation", name]);
    const planned = await run("plan", directory, "--detailed-exitcode", ...approved);
    expect(planned).toMatchObject({ code: 2, err: "" });
    expect(await run("apply", directory, "--yes", ...approved)).toMatchObject({ code: 0 });
    expect(await run("plan", directory, "--detailed-exitcode")).toMatchObject({ code: 0, err: "" });
  });
});
