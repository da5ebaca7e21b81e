import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/security-model.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| (?!promise |---|who )/.test(line) && line.includes("test/"));

test("each promise of the security model names a test that exists", () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const [, file = "", title = ""] = /`(test\/[\w./-]+)`: (.+) \|$/.exec(row) ?? [];
    expect([row, file]).toEqual([row, expect.stringMatching(/\.test\.ts$/)]);
    const titles = readFileSync(join(root, file), "utf8").match(/["`][^"`\n]{5,}["`]/g);
    expect(titles?.filter((one) => one.includes(title))).not.toEqual([]);
  }
});
