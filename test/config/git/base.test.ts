import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withBase } from "../../../src/config/git/base.ts";
import { commit, repository } from "./repository.ts";

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
