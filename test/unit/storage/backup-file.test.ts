import { chmod, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { rewriteBackup, writeBackup } from "../../../src/storage/backup-file.ts";
import { backupVersion, type Backup } from "../../../src/model/backup.ts";
import { folder } from "../../support/folder.ts";

const backup: Backup = {
  version: backupVersion,
  tool: "0.1.0",
  createdAt: "2026-11-25T08:12:44.968Z",
  cluster: { name: "logs", uuid: "aVrkdPURRVWMuhUhRXZVEA", version: "3.4.0" },
  planId: null,
  storedVersion: null,
  changes: [],
  lost: [],
  managed: {},
  documents: {},
};

const readMode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test("a backup lies in the user's own state directory, for nobody else to read", async () => {
  const state = await folder({});

  const { path, findings } = await writeBackup(backup, undefined, {
    XDG_STATE_HOME: state,
    HOME: "/nowhere",
  });

  const cluster = join(state, "osac", "backups", "aVrkdPURRVWMuhUhRXZVEA");
  expect(findings).toEqual([]);
  expect(dirname(path)).toBe(cluster);
  expect(path).toMatch(/\/20261125T081244Z-[0-9a-f]{8}\.json$/);
  expect(await readMode(path)).toBe("600");
  for (const made of [cluster, dirname(cluster)]) expect(await readMode(made)).toBe("700");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(backup);
});

test("a backup lies below the home directory if XDG_STATE_HOME is absent or no absolute path", async () => {
  const home = await folder({});
  for (const state of [undefined, "", "state"]) {
    const { path } = await writeBackup(backup, undefined, { XDG_STATE_HOME: state, HOME: home });
    expect(path.startsWith(join(home, ".local", "state", "osac", "backups"))).toBe(true);
  }
});

test("a backup lies among temporary files, with a warning, if there is no home directory", async () => {
  const { path, findings } = await writeBackup(backup, undefined, {});

  expect(path.startsWith(join(tmpdir(), "osac-backup-"))).toBe(true);
  expect(findings).toMatchObject([{ code: "temporary-backup", severity: "warning" }]);
  expect(await readMode(dirname(dirname(path)))).toBe("700");
});

test("a directory that was asked for is taken as it is", async () => {
  const chosen = await folder({});
  await chmod(chosen, 0o755);

  const { path } = await writeBackup(backup, chosen, {});

  expect(dirname(path)).toBe(chosen);
  expect(await readMode(chosen)).toBe("755");
  expect(await readMode(path)).toBe("600");
});

test("twenty are kept of a cluster, and what others put there stays", async () => {
  const state = await folder({});
  const cluster = join(state, "osac", "backups", "aVrkdPURRVWMuhUhRXZVEA");
  await mkdir(cluster, { recursive: true });
  await writeFile(join(cluster, "before-the-upgrade.json"), "{}");
  for (let day = 1; day <= 25; day++) {
    const createdAt = `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;
    await writeBackup({ ...backup, createdAt }, undefined, { XDG_STATE_HOME: state });
  }

  const names = (await readdir(cluster)).toSorted();

  expect(names).toHaveLength(21);
  expect(names[0]).toMatch(/^20260106T000000Z-/);
  expect(names).toContain("before-the-upgrade.json");
});

test("osac deletes nothing in a directory of backups that the user named", async () => {
  const chosen = await folder({});
  for (let index = 0; index < 25; index++) await writeBackup(backup, chosen, {});

  expect(await readdir(chosen)).toHaveLength(25);
});

test("a backup is replaced whole, and stays private", async () => {
  const { path } = await writeBackup(backup, await folder({}), {});

  await rewriteBackup(path, { ...backup, planId: "x" });

  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ planId: "x" });
  expect(await readMode(path)).toBe("600");
  expect(await readdir(dirname(path))).toHaveLength(1);
});

test("osac changes nothing if it cannot write the backup", async () => {
  const chosen = await folder({ file: "" });

  await expect(writeBackup(backup, join(chosen, "file", "below"), {})).rejects.toMatchObject({
    reason: "input",
    findings: [{ code: "no-backup", message: expect.stringContaining("nothing was written") }],
  });
});
