import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folder, keptFolder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const key = "c2lnbmVkLWJ5LXRoZS1pc3N1ZXItb2YtdGhlLXRva2Vucw==";
let exported: { readonly cwd: string; readonly whole: Ran; readonly part: Ran };

/** The export of a whole cluster, and the directory that osac itself needs. */
beforeAll(async () => {
  const simulator = await start();
  const cwd = await keptFolder({
    "ca.pem": simulator.caCert,
    "admin.pem": simulator.adminCert,
    "admin.key": simulator.adminKey,
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_CLIENT_CERT: "admin.pem",
    OSAC_CLIENT_KEY: "admin.key",
  };
  const whole = await osac(["export", "whole", "--all", "--with-hashes"], { cwd, env });
  const part = await osac(["export", "part", "--with-hashes"], { cwd, env });
  exported = { cwd, whole, part };
}, 60_000);
afterAll(() => rm(exported.cwd, { recursive: true }));

/** A copy of the whole export with its last secret filled in, and with some files replaced. */
async function edited(change: (dir: string) => Promise<unknown>): Promise<Ran> {
  const cwd = await folder({});
  await mkdir(join(cwd, "x"));
  for (const name of [
    "action_groups",
    "allowlist",
    "audit",
    "config",
    "internal_users",
    "nodes_dn",
    "roles",
    "roles_mapping",
    "tenants",
  ]) {
    const text = await readFile(join(exported.cwd, "whole", `${name}.yml`), "utf8");
    await writeFile(join(cwd, "x", `${name}.yml`), text.replaceAll(/\$\{env\.OSAC_CONFIG\w+\}/g, key));
  }
  await change(join(cwd, "x"));
  return osac(["validate", "x", "--for", "securityadmin"], { cwd });
}

const replace =
  (file: string, from: string | RegExp, to: string) =>
  async (dir: string): Promise<void> => {
    const text = await readFile(join(dir, file), "utf8");
    expect(text).toMatch(from);
    await writeFile(join(dir, file), text.replace(from, to));
  };

test("an export says what it is", () => {
  expect(exported.whole.out).toContain(
    "Before you upload it with securityadmin.sh, run osac validate --for securityadmin whole.",
  );
  expect(exported.part.out).toContain("Do not upload them with securityadmin.sh");
  expect(exported.part.out).toContain("--all --with-hashes");
});

test("an export of all with hashes is taken once its secrets are filled in", async () => {
  const { code, out } = await edited(async () => {});
  expect(out).not.toContain("[not-for-securityadmin]");
  expect(code).toBe(0);
});

test("such an export has no static entity: a server before 3.0 could not load a stored one", async () => {
  for (const file of ["action_groups.yml", "roles.yml", "tenants.yml"])
    expect(await readFile(join(exported.cwd, "whole", file), "utf8")).not.toContain("static: true");
  expect(await readFile(join(exported.cwd, "whole", "roles.yml"), "utf8")).toContain("reserved: true");
});

test("an export for osac is refused, and is fine for osac", async () => {
  const { cwd } = exported;
  const { code, out } = await osac(["validate", "part", "--for", "securityadmin"], { cwd });
  expect(code).toBe(3);
  for (const what of ["internalusers/admin", "rolesmapping/kibana_server", "roles that ship with the server"])
    expect(out).toContain(what);
  expect(await osac(["validate", "part"], { cwd })).toMatchObject({ code: 0 });
});

test.for<[string, (dir: string) => Promise<unknown>, string]>([
  [
    "a missing file",
    (dir) => rm(join(dir, "tenants.yml")),
    "tenants.yml is missing: securityadmin.sh fails half way",
  ],
  [
    "a missing file that is emptied",
    (dir) => rm(join(dir, "nodes_dn.yml")),
    "nodes_dn.yml is missing: securityadmin.sh uploads an empty one",
  ],
  [
    "a folder of files",
    async (dir) => {
      await mkdir(join(dir, "tenants"));
      await rename(join(dir, "tenants.yml"), join(dir, "tenants/all.yml"));
    },
    "tenants/all.yml:1:1: error: securityadmin.sh reads only tenants.yml, and would delete the entities of this file",
  ],
  [
    "no administrator",
    replace("internal_users.yml", /^admin:/m, "other:"),
    "internalusers/admin: securityadmin.sh would delete it",
  ],
  [
    "nobody mapped to all_access",
    replace("roles_mapping.yml", /^all_access:\n(?: .*\n)+/m, "all_access: { reserved: true }\n"),
    "rolesmapping/all_access: it has no members",
  ],
  [
    "a role that the server brings along",
    replace("roles.yml", /^security_rest_api_access:/m, "mine:"),
    "security_rest_api_access",
  ],
  [
    "a static entity",
    replace("tenants.yml", /$/, "\nglobal_tenant: { reserved: true, static: true }\n"),
    "would store static tenants, which a server before 3.0 cannot load: global_tenant",
  ],
  [
    "a password",
    replace("internal_users.yml", /^( {2})hash: .*$/m, "$1password: ${env.NEW}"),
    "securityadmin.sh does not support the field password",
  ],
  ["no hash", replace("internal_users.yml", /^ {2}hash: .*\n/m, ""), "would remove the user's hash"],
  [
    "a variable",
    replace("internal_users.yml", /^( {2})hash: .*$/m, "$1hash: ${env.HASH}"),
    "would store the placeholder ${env.HASH} instead of a value",
  ],
  [
    "a secret from a file",
    replace("config.yml", key, "${file:key.txt}"),
    "would store the placeholder ${file:key.txt} instead of a value",
  ],
])("a directory is refused for %s", async ([, change, message]) => {
  const { code, out } = await edited(change);
  expect(code).toBe(3);
  expect(out).toContain(message);
  expect(out).toContain("[not-for-securityadmin]");
});
