import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import backupSchema from "../../../schemas/backup.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import type { Backup } from "../../../src/model/backup.ts";
import type { Json } from "../../../src/model/value.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { add, remove } from "../../server/contract/answers.ts";
import { type Caller, openCaller, securityPath } from "../../server/contract/caller.ts";
import { cheapHash, cheapPassword, type Cluster } from "../../server/contract/suite.ts";

type Fields = { [key: string]: Json };

const newPassword = "Sturdy-Horse_7-Batteries";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const fitsPlan = ajv.compile(planSchema);
const fitsBackup = ajv.compile(backupSchema);

/** Tests of backups and rollbacks, on a simulated or real server. */
export function backupAndRollback(clusterOf: () => Cluster): void {
  let owner: Caller & { close(): Promise<void> };
  let cwd: string;

  beforeAll(() => {
    const { url, caCert = "", adminCert: cert = "", adminKey: key = "" } = clusterOf();
    owner = openCaller(url, { caCert, cert, key });
  });
  afterAll(() => owner?.close());

  beforeEach(async () => {
    await owner.patch("internalusers", [remove("/grown"), remove("/new")]);
    await owner.patch("roles", [remove("/grown"), remove("/new")]);
    await owner.patch("roles", [
      add("/kept", { description: "as it was", cluster_permissions: ["cluster_monitor"] }),
      add("/gone", { cluster_permissions: ["cluster_composite_ops_ro"] }),
    ]);
    await owner.patch("internalusers", [
      add("/changed", { hash: cheapHash, backend_roles: ["a"] }),
      add("/gone", { hash: cheapHash, backend_roles: ["a"], attributes: { team: "x" } }),
      add("/operator", { hash: cheapHash, backend_roles: ["admin"] }),
    ]);
    await owner.patch("securityconfig", [add("/config/dynamic/do_not_fail_on_forbidden", false)]);
    const { caCert = "", adminCert = "", adminKey = "" } = clusterOf();
    cwd = await folder({ "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
  });

  const environment = (): Record<string, string> => ({
    OSAC_URL: clusterOf().url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_BACKUP: "backups",
    NEW_PASSWORD: newPassword,
  });
  const asOperator = (...argv: string[]): Promise<Ran> => {
    const caller = { OSAC_USERNAME: "operator", OSAC_PASSWORD: cheapPassword };
    return osac(argv, { cwd, env: { ...environment(), ...caller } });
  };
  const asOwner = (...argv: string[]): Promise<Ran> => {
    const caller = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
    return osac(argv, { cwd, env: { ...environment(), ...caller } });
  };

  const kinds = ["--kinds", "roles,internalusers,config"];

  /** Writes the live state into `old`, and the desired state of a run into `new`. */
  async function writeFiles(run: typeof asOwner, hash: string): Promise<void> {
    const exported = await run("export", "old", ...kinds);
    expect(exported.err).not.toContain("error:");
    await run("export", "new", ...kinds);
    await edit("roles.yml", (roles) => ({
      ...roles,
      kept: { description: "as it is", cluster_permissions: ["cluster_monitor", "cluster_composite_ops"] },
      new: { description: "new" },
    }));
    await edit("internal_users.yml", (users) => ({
      ...users,
      changed: { hash, backend_roles: ["b"] },
      new: { hash: cheapHash },
    }));
    await edit("config.yml", ({ config, ...rest }) => {
      const { dynamic } = config as { dynamic: Fields };
      return { ...rest, config: { dynamic: { ...dynamic, do_not_fail_on_forbidden: true } } };
    });
  }

  async function edit(file: string, change: (fields: Fields) => Fields): Promise<void> {
    const path = join(cwd, "new", file);
    const { value } = parseYaml(file, await readFile(path, "utf8"));
    const { gone: _gone, ...kept } = value as Fields;
    await writeFile(path, JSON.stringify(change(kept)));
  }

  const prune = ["--prune", "roles=all", "--prune", "internalusers=all"];
  const gone = ["--allow-delete", "roles/gone", "--allow-delete", "internalusers/gone"];
  const created = ["--allow-delete", "roles/new", "--allow-delete", "internalusers/new"];

  async function applied(run: typeof asOwner, ...argv: string[]): Promise<{ ran: Ran; backup: string }> {
    const ran = await run("apply", "new", "--yes", ...prune, ...gone, ...argv);
    expect(ran.err).not.toContain("error:");
    expect(ran.code).toBe(0);
    const [, backup = ""] = /^backup: (\S+\.json)/m.exec(ran.err) ?? [];
    return { ran, backup };
  }

  const logsIn = async (user: string, password: string): Promise<boolean> => {
    const { url, caCert = "" } = clusterOf();
    const caller = openCaller(url, { caCert, user, password });
    const { status } = await caller.get(`${securityPath}/authinfo`);
    await caller.close();
    return status === 200;
  };

  test("a rollback leads to the old files, but for logins, which is said before and after", async () => {
    await writeFiles(asOperator, "${env.CHANGED_HASH}");
    const { ran, backup } = await applied(asOperator);

    const back = await asOperator("rollback", backup, "--yes", ...created);

    expect(ran.err).toMatch(
      /notice: internalusers: a rollback cannot restore values .*: gone \(hash\) \[not-in-backup\]/,
    );
    expect(back.err).toMatch(
      /warning: internalusers\/gone: its hash does not come back.*this user cannot log in until a new one is set \[not-restored\]/,
    );
    expect(back.out).toContain("Rolled back: 2 created, 3 updated, 2 deleted, verified in");
    expect(back.code).toBe(0);
    const planned = await asOperator("plan", "old", ...kinds, ...prune, "--detailed-exitcode");
    expect(planned).toMatchObject({ code: 0, out: expect.stringContaining("No changes.") });
    expect(await logsIn("gone", cheapPassword)).toBe(false);
    expect(await logsIn("changed", cheapPassword)).toBe(true);
    expect((await asOperator("rollback", backup, "--yes")).out).toContain("No changes.");
  });

  test("with the certificate and --backup-secrets logins come back as well", async () => {
    await writeFiles(asOwner, "${env.CHANGED_HASH}");
    await edit("internal_users.yml", (users) => ({
      ...users,
      changed: { password: "${env.NEW_PASSWORD}", backend_roles: ["b"] },
    }));
    const { ran, backup } = await applied(asOwner, "--backup-secrets");
    expect(await logsIn("changed", newPassword)).toBe(true);

    const back = await asOwner("rollback", backup, "--yes", "--backup-secrets", ...created);

    expect(ran.err + back.err).not.toMatch(/does not come back|could not bring back/);
    expect(back.code).toBe(0);
    expect(await logsIn("changed", cheapPassword)).toBe(true);
    expect(await logsIn("gone", cheapPassword)).toBe(true);
    expect(await logsIn("changed", newPassword)).toBe(false);
    expect(await readFile(backup, "utf8")).toContain(cheapHash);
  });

  test("what was changed since is told, and a rollback is taken back like any run", async () => {
    await writeFiles(asOperator, "${env.CHANGED_HASH}");
    const { backup } = await applied(asOperator);
    await owner.patch("roles", [add("/kept/description", "by hand")]);

    const strict = await asOperator("rollback", backup, "--yes", "--strict", ...created);
    const back = await asOperator("rollback", backup, "--yes", ...created);

    expect(strict.code).toBe(3);
    expect(back.err).toMatch(/warning: roles\/kept: it was changed after the run.*\[changed-since\]/);
    expect(back.code).toBe(0);
    const [, second = ""] = /^backup: (\S+\.json)/m.exec(back.err) ?? [];
    const forth = await asOperator("rollback", second, "--yes", ...gone);
    expect(forth.code).toBe(0);
    expect((await owner.get("roles/kept")).body).toMatchObject({ kept: { description: "by hand" } });
    expect((await owner.get("roles/gone")).status).toBe(404);
  });

  test("guards count what a rollback deletes", async () => {
    await writeFiles(asOperator, "${env.CHANGED_HASH}");
    const { backup } = await applied(asOperator);

    const { code, err } = await asOperator("rollback", backup, "--yes", "--max-deletes", "1");

    expect(code).toBe(5);
    expect(err).toContain("--allow-delete roles/new");
    expect((await owner.get("roles/new")).status).toBe(200);
  });

  test("the backup of another cluster is refused", async () => {
    await writeFiles(asOperator, "${env.CHANGED_HASH}");
    const { backup } = await applied(asOperator);
    const document = JSON.parse(await readFile(backup, "utf8")) as Backup;
    await writeFile(
      join(cwd, "other.json"),
      JSON.stringify({ ...document, cluster: { ...document.cluster, uuid: "x" } }),
    );

    const { code, err } = await asOperator("rollback", "other.json", "--yes", ...created);

    expect(code).toBe(4);
    expect(err).toMatch(/the backup is of the cluster .*nothing was written \[other-cluster\]/);
  });

  test("what is printed and kept fits the published schemas", async () => {
    await writeFiles(asOperator, "${env.CHANGED_HASH}");
    const ran = await asOperator("apply", "new", "--yes", ...prune, ...gone, "--output", "json");
    const document = JSON.parse(ran.out) as { backup: string };
    const backup = JSON.parse(await readFile(document.backup, "utf8")) as Backup;
    const back = await asOperator("rollback", document.backup, "--yes", ...created, "--output", "json");

    fitsBackup(backup);
    expect(fitsBackup.errors ?? []).toEqual([]);
    for (const printed of [ran.out, back.out]) {
      fitsPlan(JSON.parse(printed));
      expect(fitsPlan.errors ?? []).toEqual([]);
    }
    expect(JSON.parse(back.out)).toMatchObject({ command: "rollback", exitCode: 0 });
    expect(backup.changes.every(({ result, after }) => result === "done" && after !== null)).toBe(true);
    expect(JSON.stringify(backup)).not.toContain("$2");
  });
}
