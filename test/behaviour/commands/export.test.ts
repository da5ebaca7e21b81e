import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const bcrypt = `$2y$12$${"a".repeat(53)}`;

/** A cluster with texts that look like placeholders, and a folder for the export. */
async function stage() {
  const simulator = await start({
    environment: {},
    documents: {
      tenants: {
        theirs: { description: "${env.DEPLOY_KEY}" },
        file: { description: "see ${file:/proc/self/environ}" },
        variable: { description: "the tenant of ${var.team}" },
        // The text of a placeholder that the export makes of a hash.
        sly: { description: "${env.OSAC_HASH_READALL}" },
        ours: { description: "of ours" },
      },
    },
  });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "admin.pem": simulator.adminCert,
    "admin.key": simulator.adminKey,
  });
  const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
  const run = (argv: readonly string[], env: Record<string, string> = login): Promise<Ran> =>
    osac(argv, { cwd, env: { OSAC_URL: simulator.url, OSAC_CA_CERT: "ca.pem", ...env } });
  return { simulator, cwd, run, certificate };
}

test("an entity with a text that looks like a placeholder is left out with an error, and the rest is exported", async () => {
  const { cwd, run } = await stage();
  const { code, err } = await run(["export", "live"]);
  expect(code).toBe(6);
  for (const name of ["theirs", "file", "variable", "sly"])
    expect(err).toContain(`error: tenants/${name}: left out: it holds a text`);
  const text = await readFile(join(cwd, "live/tenants.yml"), "utf8");
  expect(text).toContain("ours:");
  expect(text).not.toMatch(/theirs|DEPLOY_KEY|file:|variable|sly/);
  expect(await readFile(join(cwd, "live/internal_users.yml"), "utf8")).toContain("${env.OSAC_HASH_READALL}");
  expect((await run(["plan", "live"])).out).toContain("No changes.");
});

test("such a text is kept where that is asked for, with a warning", async () => {
  const { cwd, run } = await stage();
  const { code, err } = await run(["export", "live", "--keep-placeholders"]);
  expect(code).toBe(0);
  expect(err).toContain(
    "warning: tenants/theirs: it holds a text that osac and securityadmin.sh would read as a placeholder",
  );
  expect(await readFile(join(cwd, "live/tenants.yml"), "utf8")).toContain("${env.DEPLOY_KEY}");
});

test("init proposes the variables that it made, and none that a text of the cluster names", async () => {
  const { cwd, run } = await stage();
  for (const [name, flags] of [
    ["first", []],
    ["second", ["--keep-placeholders"]],
  ] as const) {
    await run(["init", name, ...flags]);
    const settings = await readFile(join(cwd, name, "osac.yml"), "utf8");
    expect(settings).toContain("OSAC_HASH_*");
    expect(settings).not.toContain("DEPLOY_KEY");
  }
});

test("hashes are for the owner's eyes, whatever mode the file had", async () => {
  const { cwd, run, certificate } = await stage();
  const file = join(cwd, "live/internal_users.yml");
  const hashed = ["export", "live", "--with-hashes", "--force", "--kinds", "internalusers"];
  const mode = async (): Promise<number> => (await stat(file)).mode & 0o777;
  await mkdir(join(cwd, "live"));
  await writeFile(file, "_meta: { type: internalusers, config_version: 2 }\n");
  await chmod(file, 0o644);
  expect(await run(hashed, certificate)).toMatchObject({ code: 0 });
  expect(await mode()).toBe(0o600);
  await chmod(file, 0o644);
  expect((await run(hashed, certificate)).out).toContain("(unchanged)");
  expect(await mode()).toBe(0o600);
});

test("what the cluster stores in the place of a hash is no hash, and is left out with a warning", async () => {
  const { simulator, cwd, run, certificate } = await stage();
  await simulator.edit("internalusers", (users) => ({
    ...users,
    clear: { hash: "Sturdy-Horse_7-Batteries" },
    short: { hash: "$2y$12$tooshort" },
    hashed: { hash: bcrypt },
  }));
  const { code, err } = await run(
    ["export", "live", "--with-hashes", "--kinds", "internalusers"],
    certificate,
  );
  expect(code).toBe(0);
  for (const name of ["clear", "short"])
    expect(err).toContain(`warning: internalusers/${name}: the cluster stores no bcrypt, PBKDF2 or Argon2`);
  expect(err).toContain("[not-a-hash]");
  expect(err).not.toContain("internalusers/hashed");
  const text = await readFile(join(cwd, "live/internal_users.yml"), "utf8");
  expect(text).toContain(bcrypt);
  expect(text).not.toMatch(/Sturdy|tooshort/);
  expect(text).toContain("${env.OSAC_HASH_CLEAR}");
});
