import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { writeSummary } from "../../../src/github/publish.ts";

const limit = 1024 * 1024;

/** A report whose heading is never cut. */
const report =
  (heading: string, letter: string) =>
  (room: number): string =>
    heading + letter.repeat(Math.max(0, room - heading.length));

test.for([
  ["letters of one byte", "x"],
  ["letters of three", "€"],
])("two reports fit, with their headings, in %s", async ([, letter]) => {
  const path = join(await folder({}), "summary");
  writeSummary(path, report("### first\n", letter!));
  writeSummary(path, report(`### second${" ".repeat(500)}\n`, letter!));
  const text = await readFile(path, "utf8");
  expect(Buffer.byteLength(text)).toBeGreaterThan(800 * 1024);
  expect(Buffer.byteLength(text)).toBeLessThan(limit);
  expect(text).toMatch(/^### first/);
  expect(text).toMatch(/^### second/m);
});

test("a summary that is full already stays as it is: the runner would throw all of it away", async () => {
  const full = "x".repeat(limit - 100);
  const path = join(await folder({ summary: full }), "summary");
  writeSummary(path, report(`### second${" ".repeat(500)}`, "y"));
  expect(await readFile(path, "utf8")).toBe(full);
});
