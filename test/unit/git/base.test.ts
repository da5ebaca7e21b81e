import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withBase } from "../../../src/git/base-files.ts";
import { commit, git, repository, write } from "./repository.ts";

test("a base out of git is the files of the directory as they were, and nothing beside it", async () => {
  const cwd = await repository();
  const sibling = `beside-${process.pid}.yml`;
  await commit(cwd, {
    "security/roles.yml": "then",
    "security/roles/more.yml": "more",
    [sibling]: "no",
  });
  await commit(cwd, { "security/roles.yml": "now" });
  const found = await withBase("HEAD~1", { directory: join(cwd, "security"), cwd }, async (path) => {
    expect(existsSync(join(path, "..", sibling))).toBe(false);
    return (await readdir(path, { recursive: true })).toSorted();
  });
  expect(found).toEqual(["roles", "roles.yml", join("roles", "more.yml")]);
});

test("a base is a git reference unless it is written as a path: no directory takes the place of a branch", async () => {
  const cwd = await repository();
  await commit(cwd, { "security/roles.yml": "then" });
  await git(cwd, "branch", "applied");
  await write(cwd, { "applied/roles.yml": "by a pull request", "gone/roles.yml": "by a pull request" });
  const rolesIn = async (base: string): Promise<string> =>
    withBase(base, { directory: join(cwd, "security"), cwd }, async (path) =>
      readFile(join(path, "roles.yml"), "utf8"),
    );
  expect(await rolesIn("applied")).toBe("then");
  for (const path of ["./applied", join(cwd, "applied"), "./security/../applied"])
    expect(await rolesIn(path)).toBe("by a pull request");
  await expect(rolesIn("gone")).rejects.toMatchObject({
    findings: [{ code: "unknown-base", hint: "write ./gone for the directory" }],
  });
  await expect(rolesIn("./nowhere")).rejects.toMatchObject({ findings: [{ code: "unknown-base" }] });
});
