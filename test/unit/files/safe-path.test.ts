import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainNotRead } from "../../../src/files/safe-path.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const roles = "_meta: { type: roles, config_version: 2 }\nlogs_reader: {}\n";

/** A work tree for whatever does not ask git. */
async function workTree(files: Readonly<Record<string, string>>): Promise<string> {
  return folder({ ".git/HEAD": "", ...files });
}

describe("in a git work tree no link is followed", () => {
  test.each([
    ["the directory", "security", "shared"],
    ["a folder on the way to the directory", "security", "shared/.."],
    ["a file of entities", "s/roles.yml", "../shared/roles.yml"],
    ["a folder of entities", "s/roles", "../shared"],
    ["osac.yml", "s/osac.yml", "../shared/osac.yml"],
    ["a link to a link", "s/tenants.yml", "../shared/link"],
  ])("%s", async (_, link, target) => {
    const cwd = await workTree({
      "s/action_groups.yml": "_meta: { type: actiongroups, config_version: 2 }\n",
      "shared/roles.yml": roles,
      "shared/osac.yml": "strict: true\n",
    });
    await symlink("roles.yml", join(cwd, "shared/link"));
    await symlink(target, join(cwd, link));
    const directory = link === "security" ? (target === "shared" ? "security" : "security/shared") : "s";
    for (const command of ["validate", "plan", "drift"]) {
      const { code, out, err } = await osac([command, directory], {
        cwd,
        env: { OSAC_URL: "http://127.0.0.1:9" },
      });
      expect(code).toBe(3);
      expect(out + err).toMatch(
        /is a link to .*, and in a git work tree no link is followed \[refused-path\]/,
      );
      expect(out + err).toContain(
        join(cwd, target === "shared/.." ? "shared" : join(link, "..", target)).replace(/link$/, "roles.yml"),
      );
    }
  });

  test("wherever the directory was entered from", async () => {
    const cwd = await workTree({ "shared/roles.yml": roles });
    await symlink("shared", join(cwd, "security"));
    const outside = await folder({});
    await symlink(join(cwd, "security"), join(outside, "alias"));
    await symlink(join(cwd, "shared"), join(outside, "good"));
    expect(explainNotRead(join(outside, "alias/roles.yml"), [cwd])).toContain("is a link to");
    expect(explainNotRead(join(outside, "good/roles.yml"), [cwd])).toBeUndefined();
  });
});

describe("elsewhere", () => {
  test("a link may lead to what lies in the directory, as in a volume of Kubernetes", async () => {
    const cwd = await folder({
      "s/..2026/roles.yml": roles,
      "s/..2026/osac.yml": "strict: true\n",
      outside: "a: b\n",
    });
    await symlink("..2026", join(cwd, "s/..data"));
    await symlink("..data/roles.yml", join(cwd, "s/roles.yml"));
    await symlink("..data/osac.yml", join(cwd, "s/osac.yml"));
    expect(await osac(["validate", "s"], { cwd })).toMatchObject({ code: 0 });
    await symlink("../outside", join(cwd, "s/tenants.yml"));
    const { code, out } = await osac(["validate", "s"], { cwd });
    expect(code).toBe(3);
    expect(out).toContain(`tenants.yml leads to ${join(cwd, "outside")}, which is not in ${join(cwd, "s")}`);
  });

  test("a settings file that was named may lie anywhere", async () => {
    const cwd = await workTree({ "s/roles.yml": roles, "shared.yml": "strict: true\n" });
    await symlink("shared.yml", join(cwd, "settings.yml"));
    expect(await osac(["validate", "s", "--config", "settings.yml"], { cwd })).toMatchObject({ code: 0 });
  });
});

test("what belongs to git or to the system is never read", async () => {
  const cwd = await workTree({
    "s/.GIT/roles.yml": roles,
    "s/git~1/x": "",
    "s/.git\u200c/x": "",
    "s/.gitx/x": "",
  });
  const why = (path: string) => explainNotRead(join(cwd, path), [cwd]);
  for (const path of [".git", ".git/HEAD", "s/.GIT/roles.yml", "s/git~1/x", "s/.git\u200c/x"])
    expect(why(path)).toMatch(/^belongs to git/);
  expect(why("s/.gitx/x")).toBeUndefined();
  for (const path of ["/proc/self/environ", "/sys", "/dev/null"])
    expect(explainNotRead(path, [path, "/"])).toMatch(/^belongs to the system/);
  const { code, out } = await osac(["validate", "s/.GIT"], { cwd });
  expect(code).toBe(3);
  expect(out).toContain("belongs to git");
});

test("a file in the place of osac.yml that is something else is not quoted", async () => {
  for (const secret of [
    "K8s-Passw0rd-canary",
    "8231947",
    "12:34:56.7",
    "*canary-alias",
    "machine x login y password canary\n",
  ]) {
    const cwd = await folder({ "roles.yml": roles, "osac.yml": secret });
    const { code, out, err } = await osac(["validate"], { cwd });
    expect(code).toBe(3);
    expect(out + err).not.toMatch(/canary|8231947|12:34/);
  }
});
