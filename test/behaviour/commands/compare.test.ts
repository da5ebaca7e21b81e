import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import compareSchema from "../../../schemas/compare.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { startQuick, writes } from "../../support/simulated-cluster.ts";

const makeFile = (kind: string, lines: string): string =>
  `_meta: { type: ${kind}, config_version: 2 }\n${lines}`;

const files = {
  "osac.yml":
    "targets:\n  a: { layers: [base], variables: { team: search } }\n  b: { layers: [base, b], variables: { team: search } }\n  same: { layers: [base], variables: { team: search } }\n",
  "base/tenants.yml": makeFile("tenants", '"${var.team}": { description: team }\nold: {}\n'),
  "base/internal_users.yml": makeFile(
    "internalusers",
    'shipper: { hash: "${env.SHIPPER_HASH}", backend_roles: [x] }\n',
  ),
  "b/tenants.yml": makeFile("tenants", 'old:\nnew: { description: "only in b" }\n'),
  "b/internal_users.yml": makeFile(
    "internalusers",
    'shipper: { hash: "${env.SHIPPER_HASH}", backend_roles: [x, y] }\n',
  ),
};

const compare = async (...argv: string[]): Promise<Ran> =>
  osac(["compare", ...argv], { cwd: await folder(files) });

test("compare shows what differs between two targets, with the signs of a plan", async () => {
  const { code, out, err } = await compare("a", "b");
  expect({ code, err }).toEqual({ code: 2, err: "" });
  expect(out).toMatchInlineSnapshot(`
    "osac compare · a → b · 4 entities compared

    tenants
      - old
      + new                                      b/tenants.yml:3
          description  only in b

    internalusers
      ~ shipper                                  b/internal_users.yml:2
          backend_roles  + y

    Differences: 1 only in b (+), 1 differ (~), 1 only in a (-)
    "
  `);
});

test("compare says that nothing differs", async () => {
  expect(await compare("a", "same")).toEqual({
    code: 0,
    out: "osac compare · a → same · 3 entities compared\n\nNo differences between a and same\n",
    err: "",
  });
});

test("what compare prints as JSON fits its schema", async () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const { out } = await compare("a", "b", "--output", "json");
  const fits = ajv.addSchema([planSchema, compareSchema]).getSchema(compareSchema.$id)!;
  void fits(JSON.parse(out));
  expect(fits.errors ?? []).toEqual([]);
  expect(JSON.parse(out)).toMatchObject({
    exitCode: 2,
    summary: { create: 1, update: 1, delete: 1, compared: 4 },
  });
});

test("compare prints Markdown with the changes as a diff", async () => {
  const { out } = await compare("a", "b", "--output", "markdown");
  expect(out).toContain("```diff\ntenants\n-   old");
});

test("compare refuses a target that osac.yml does not have", async () => {
  const { code, err } = await compare("a", "c");
  expect(code).toBe(3);
  expect(err).toContain('there is no target "c"');
});

/** Two clusters that differ, of which the files know nothing. */
async function stage() {
  const eu = await startQuick({
    documents: { roles: { reader: { cluster_permissions: ["cluster_monitor"] }, old: {} } },
  });
  const us = await startQuick({
    documents: { roles: { reader: { cluster_permissions: ["cluster_all"] } }, tenants: { audit: {} } },
  });
  const cwd = await folder({
    "ca.pem": eu.caCert,
    "osac.yml": [
      "cluster: { ca_cert: ca.pem, username: admin }",
      "targets:",
      `  eu: { cluster: { url: ${eu.url} } }`,
      `  us: { cluster: { url: ${us.url} } }`,
    ].join("\n"),
  });
  const env = { OSAC_TARGET_EU_PASSWORD: "admin", OSAC_TARGET_US_PASSWORD: "admin" };
  const run = async (...argv: string[]) =>
    osac(["compare", ...argv, "--live", "--config", "osac.yml"], { cwd, env });
  return { clusters: [eu, us], run };
}

describe("of live clusters", () => {
  test("compare --live shows what differs between the clusters, and writes nothing", async () => {
    const { clusters, run } = await stage();
    const { code, out, err } = await run("eu", "us");
    expect(code).toBe(2);
    expect(out).toMatchInlineSnapshot(`
      "osac compare · eu → us · 12 entities compared

      tenants
        - admin_tenant
        + audit

      roles
        - old
        ~ reader
            cluster_permissions
              - cluster_monitor
              + cluster_all

      Differences: 1 only in us (+), 1 differ (~), 2 only in eu (-)
      "
    `);
    expect(err).toContain("nodesdn: not compared: the caller may not read them in eu [not-compared]");
    expect(clusters.flatMap(writes)).toEqual([]);
  });

  test("the JSON fits its schema", async () => {
    const { run } = await stage();
    const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
    const fits = ajv.addSchema([planSchema, compareSchema]).getSchema(compareSchema.$id)!;
    void fits(JSON.parse((await run("eu", "us", "--output", "json")).out));
    expect(fits.errors ?? []).toEqual([]);
  });

  test("one target twice is refused, and so is a dead cluster, by its name", async () => {
    const { clusters, run } = await stage();
    expect((await run("eu", "eu")).err).toContain("eu is named twice");
    await clusters[1]!.stop();
    const ran = await run("eu", "us");
    expect(ran).toMatchObject({ code: 7, out: "" });
    expect(ran.err).toContain("us: cannot talk to");
  });
});
