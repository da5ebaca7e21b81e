import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import exportSchema from "../../../schemas/export.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import type { Simulator, SimulatorOptions } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { startQuick, writes } from "../../support/simulated-cluster.ts";

type Documents = NonNullable<SimulatorOptions["documents"]>;

const both: Documents = {
  tenants: { search: { description: "of both" } },
  roles: { reader: { cluster_permissions: ["cluster_monitor"] } },
};
const hash = "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m";
const admin = { reserved: true, backend_roles: ["admin"], hash };

interface Staged {
  readonly cwd: string;
  readonly clusters: readonly Simulator[];
  readonly run: (...argv: readonly string[]) => Promise<Ran>;
}

/** Two clusters that agree in most, as the targets of an empty directory. */
async function stage({
  layers = ["[base, targets/eu]", "[base, targets/us]"],
  files = {},
}: { layers?: readonly string[]; files?: Readonly<Record<string, string>> } = {}): Promise<Staged> {
  const eu = await startQuick({
    documents: {
      ...both,
      roles: { ...both.roles, writer: { cluster_permissions: ["cluster_all"] } },
      internalusers: { admin, shipper: { hash, backend_roles: ["ship"] }, app: { hash } },
    },
  });
  const us = await startQuick({
    documents: {
      ...both,
      roles: { ...both.roles, writer: { cluster_permissions: ["cluster_monitor"] } },
      tenants: { ...both.tenants, audit: { description: "of the United States" } },
      internalusers: { admin, shipper: { hash, backend_roles: ["ship", "us"] }, app: { hash } },
    },
  });
  const cwd = await folder({
    "ca.pem": eu.caCert,
    "osac.yml": [
      "cluster: { ca_cert: ca.pem, username: admin }",
      "targets:",
      `  eu: { cluster: { url: ${eu.url} }, layers: ${layers[0]} }`,
      `  us: { cluster: { url: ${us.url} }, layers: ${layers[1]} }`,
    ].join("\n"),
    ...files,
  });
  const env = { OSAC_TARGET_EU_PASSWORD: "admin", OSAC_TARGET_US_PASSWORD: "admin" };
  const run: Staged["run"] = async (command = "", ...argv) =>
    osac([command, "--config", "osac.yml", ...argv], { cwd, env });
  return { cwd, clusters: [eu, us], run };
}

const all = ["--targets", "all"] as const;

test("export of two targets writes what both have to base, the rest to their layers, and the plan of each is empty", async () => {
  const { cwd, clusters, run } = await stage();
  const ran = await run("export", ...all);
  expect(ran.code).toBe(0);
  expect(ran.err.match(/.*not exported.*/g)).toEqual([
    expect.stringContaining("nodesdn: eu, us: not exported"),
    expect.stringContaining("allowlist: eu, us: not exported"),
  ]);
  expect(ran.out).toMatchInlineSnapshot(`
    "osac export · 2 targets · into .

      eu  cluster simulated (3.4.0)
      us  cluster simulated (3.4.0)

      base/tenants.yml               1 entity
      base/action_groups.yml         0 entities
      base/roles.yml                 1 entity
      base/roles_mapping.yml         6 entities
      base/internal_users.yml        1 entity
      base/config.yml                1 entity
      base/audit.yml                 1 entity
      targets/eu/roles.yml           1 entity
      targets/eu/internal_users.yml  1 entity
      targets/us/tenants.yml         1 entity
      targets/us/roles.yml           1 entity
      targets/us/internal_users.yml  1 entity

    4 secrets, for which the files name variables (set a variable only if osac must write the secret)
      OSAC_HASH_APP                                                     internalusers/app: hash
      OSAC_CONFIG_AUTHC_JWT_AUTH_DOMAIN_HTTP_AUTHENTICATOR_SIGNING_KEY  config/config: dynamic.authc.jwt_auth_domain.http_authenticator.config.signing_key
      OSAC_HASH_TARGETS_EU_SHIPPER                                      internalusers/shipper: hash
      OSAC_HASH_TARGETS_US_SHIPPER                                      internalusers/shipper: hash

    Each layer holds what all its clusters have alike. Next, run osac plan . --targets all: it finds nothing to change.
    "
  `);
  expect(await readFile(join(cwd, "base/tenants.yml"), "utf8")).toContain("search:");
  expect(await readFile(join(cwd, "base/roles.yml"), "utf8")).not.toContain("writer:");
  expect(await readFile(join(cwd, "targets/us/tenants.yml"), "utf8")).toContain("audit:");
  expect(clusters.flatMap(writes)).toEqual([]);

  const planned = await run("plan", ...all, "--detailed-exitcode");
  expect(planned).toMatchObject({ code: 0, err: "" });
  expect(planned.out).toContain("2 targets: 2 clean");
});

test("a second export changes nothing, and one after a change in a cluster needs --force", async () => {
  const { cwd, run } = await stage();
  await run("export", ...all);
  const again = await run("export", ...all, "--output", "json");
  const { files } = JSON.parse(again.out) as { files: { result: string }[] };
  expect(new Set(files.map(({ result }) => result))).toEqual(new Set(["unchanged"]));
  const before = await readFile(join(cwd, "base/roles.yml"), "utf8");
  await writeFile(join(cwd, "base/roles.yml"), `${before}\nother: {}\n`);
  expect(await run("export", ...all)).toMatchObject({ code: 3, out: "" });
  expect(await run("export", ...all, "--force")).toMatchObject({ code: 0 });
  expect(await readFile(join(cwd, "base/roles.yml"), "utf8")).toBe(before);
});

test("files of a layer that would declare more are reported, and nothing is written", async () => {
  const { cwd, run } = await stage({
    files: { "targets/eu/action_groups.yml": "_meta: { type: actiongroups, config_version: 2 }\nold: {}\n" },
  });
  const ran = await run("export", ...all, "--force");
  expect(ran.code).toBe(3);
  expect(ran.err).toContain("targets/eu/action_groups.yml declares actiongroups as well");
  expect(await readdir(cwd)).toEqual(["ca.pem", "osac.yml", "targets"]);
});

test("the JSON fits its schema", async () => {
  const { run } = await stage();
  const ran = await run("export", ...all, "--output", "json");
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const fits = ajv.addSchema([planSchema, exportSchema]).getSchema(exportSchema.$id)!;
  void fits(JSON.parse(ran.out));
  expect(fits.errors ?? []).toEqual([]);
  expect(JSON.parse(ran.out)).toMatchObject({ exitCode: 0, targets: [{ name: "eu" }, { name: "us" }] });
});

test("a target without a layer of its own is refused before any request, with what to type", async () => {
  const { clusters, run } = await stage({ layers: ["[base, targets/eu]", "[base]"] });
  const ran = await run("export", ...all);
  expect(ran).toMatchObject({ code: 3, out: "" });
  expect(ran.err).toContain(
    "the target us has no layer of its own for the entities that only its cluster has [no-own-layer]",
  );
  expect(ran.err).toContain("set layers: [base, targets/us] for us in osac.yml");
  expect(clusters.flatMap(({ requests }) => requests)).toEqual([]);
});

test("a layer of a target that is not read is never written", async () => {
  const { clusters, run } = await stage();
  const ran = await run("export", "--targets", "eu");
  expect(ran).toMatchObject({ code: 3, out: "" });
  expect(ran.err).toContain(
    "the layer base also belongs to the target us, which --targets leaves out [layer-of-others]",
  );
  expect(ran.err).toContain("name us in --targets as well");
  expect(clusters.flatMap(({ requests }) => requests)).toEqual([]);
});

test("one dead cluster writes nothing, and the error names it", async () => {
  const { cwd, clusters, run } = await stage();
  await clusters[1]!.stop();
  const ran = await run("export", ...all);
  expect(ran).toMatchObject({ code: 7, out: "" });
  expect(ran.err).toContain("us: cannot talk to");
  expect(await readdir(cwd)).toEqual(["ca.pem", "osac.yml"]);
});
