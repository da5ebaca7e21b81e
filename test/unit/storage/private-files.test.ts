import { readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolveTarget, writeAtomically, writePrivateFile } from "../../../src/storage/atomic-file.ts";
import { openAuditLog } from "../../../src/storage/audit-log.ts";
import { folder } from "../../support/folder.ts";
import { listErrors } from "../../support/refusal.ts";

const entry = { planId: null, action: "create", name: "a" };

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

function setUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
}

describe("a file is written whole", () => {
  test.for([0o000, 0o022, 0o077, 0o177])("with its permissions under the umask %i", async (mask) => {
    const path = await folder({});
    setUmask(mask);
    await writeAtomically(join(path, "shared"), "text", 0o644);
    await writePrivateFile(join(path, "private"), "text");
    expect([await mode(join(path, "shared")), await mode(join(path, "private"))]).toEqual([0o644, 0o600]);
  });

  test("or not at all, and nothing is left behind", async () => {
    const path = await folder({ "there/x": "" });
    await expect(writePrivateFile(join(path, "there"), "text")).rejects.toThrow("EISDIR");
    await expect(writePrivateFile(join(path, "none/x"), "text")).rejects.toThrow("ENOENT");
    expect(await readdir(path)).toEqual(["there"]);
    await writePrivateFile(join(path, "new"), "one");
    await writePrivateFile(join(path, "new"), "two");
    expect(await readFile(join(path, "new"), "utf8")).toBe("two");
    expect((await readdir(path)).length).toBe(2);
  });

  test("through a link of the user, and over no device", async () => {
    const path = await folder({ real: "" });
    await symlink("real", join(path, "link"));
    expect(await resolveTarget(join(path, "link"))).toBe(await resolveTarget(join(path, "real")));
    expect(await resolveTarget(join(path, "none"))).toBe(join(path, "none"));
    await expect(resolveTarget("/dev/null")).rejects.toThrow("not a file");
  });
});

describe("the audit log", () => {
  test("only grows, one line an entry, for its owner alone", async () => {
    const path = join(await folder({}), "log");
    setUmask(0);
    for (const name of ["a", "b"]) {
      const log = openAuditLog(path);
      log.append([
        { ...entry, name },
        { ...entry, name: `${name}2` },
      ]);
      log.close();
    }
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as typeof entry).name)).toEqual(["a", "a2", "b", "b2"]);
    expect(await mode(path)).toBe(0o600);
  });

  test("has nothing that a shell would run, whatever the names", async () => {
    const path = join(await folder({}), "log");
    const name = "$(reboot) `reboot` $HOME";
    const log = openAuditLog(path);
    log.append([{ ...entry, name }]);
    log.close();
    const text = await readFile(path, "utf8");
    expect(text).not.toMatch(/[$`]/);
    expect(JSON.parse(text)).toEqual({ ...entry, name });
  });

  test("is no other file: that is left as it is", async () => {
    const path = await folder({
      notes: "mine\n",
      list: "[1]\n",
      empty: "",
      blank: "\nmine\n",
      half: '{"planId":null}\n',
    });
    for (const name of ["notes", "list", "blank", "half"]) {
      const before = await readFile(join(path, name), "utf8");
      expect((await listErrors(() => openAuditLog(join(path, name)))).join()).toContain("is no audit log");
      expect(await readFile(join(path, name), "utf8")).toBe(before);
    }
    openAuditLog(join(path, "empty")).close();
    await writeFile(join(path, "log"), `${JSON.stringify(entry)}\nodd\n`);
    openAuditLog(join(path, "log")).close();
    expect((await listErrors(() => openAuditLog(join(path, "none/log")))).join()).toContain(
      "cannot be written",
    );
  });
});
