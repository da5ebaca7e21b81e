import { expect, test } from "vitest";
import { readJsonFiles } from "../../../src/storage/read-reports.ts";
import { folder } from "../../support/folder.ts";

test("files after the most characters are named and not read, so that many large ones cannot fill the memory", async () => {
  const cwd = await folder({ "a.json": "[1]", "b.json": "[2]", "sub/c.json": "[3]" });
  const why = "was not read: the reports before it are too large together";
  expect(await readJsonFiles(cwd, "reports", 4)).toEqual([
    { file: "a.json", text: "[1]" },
    { file: "b.json", text: "[2]" },
    { file: "sub/c.json", why },
  ]);
  expect(await readJsonFiles(cwd, "reports")).toContainEqual({ file: "sub/c.json", text: "[3]" });
});
