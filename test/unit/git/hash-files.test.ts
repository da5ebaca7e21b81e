import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashFiles } from "../../../src/git/hash-files.ts";
import { git, repository } from "./repository.ts";

test("a file of git that a secret field names belongs to the files, and a secret of the job does not", async () => {
  const top = await repository();
  const path = join(top, "security");
  await mkdir(path);
  const write = (file: string, text: string) => writeFile(join(path, file), text);
  await write("roles.yml", "_meta: {type: roles, config_version: 2}\n");
  await write("tracked", "one");
  await git(top, "add", "-A");
  await write("untracked", "one");
  const digest = () => hashFiles(path, new Set(["tracked", "untracked"]));

  const before = await digest();
  await write("untracked", "two");
  expect(await digest()).toBe(before);
  await write("tracked", "two");
  expect(await digest()).not.toBe(before);
});
