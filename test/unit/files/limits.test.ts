import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { isTooDeep } from "../../../src/value/depth.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const meta = "_meta: { type: roles, config_version: 2 }\n";

test("150,000 findings about one file are a thousand, the worst among them, and a count", async () => {
  const lines = Array.from({ length: 150_000 }, (_, index) => `r${index}: x\n`).join("");
  const cwd = await folder({ "roles.yml": `${meta}${lines}` });
  const { code, out } = await osac(["validate", "--output", "json"], { cwd });
  const { findings } = JSON.parse(out) as { findings: { code: string; severity: string; message: string }[] };
  expect(code).toBe(3);
  expect(findings).toHaveLength(1001);
  expect(findings.find((finding) => finding.code === "more-findings")).toMatchObject({
    severity: "error",
    message: "149000 more findings in this file",
  });
});

test("files that are too large together, and folders with too many, are errors", async () => {
  const long = `${meta}# ${"x".repeat(7 * 2 ** 20)}\n`;
  const many = await folder(
    Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`roles/${index}.yml`, long])),
  );
  const large = await loadDirectory(many, { env: {} });
  expect(large.findings.filter(({ code }) => code === "directory-too-large")).toMatchObject([
    { severity: "error", at: { file: "roles/4.yml" } },
  ]);
  const crowded = await folder({});
  for (let index = 0; index < 10_001; index++) await writeFile(join(crowded, `${index}`), "");
  expect((await loadDirectory(crowded, { env: {} })).findings[0]).toMatchObject({
    code: "too-many-files",
    severity: "error",
  });
});

test("20,000 levels are an error, in YAML and in an answer", () => {
  for (const text of [
    `${meta}a: ${"[".repeat(20_000)}`,
    `${meta}a: ${"{a: ".repeat(20_000)}`,
    "- ".repeat(20_000),
  ])
    expect(parseYaml("roles.yml", text).findings[0]).toMatchObject({
      code: "yaml-syntax",
      severity: "error",
    });
  expect(isTooDeep(JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`))).toBe(true);
  expect(isTooDeep(JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`))).toBe(false);
});

// Each takes a reader that is not linear longer than anybody waits.
test.each([
  ["empty lines of Windows", "\r\n".repeat(200_000) + meta],
  ["comments of Windows", "# x\r\n".repeat(200_000) + meta],
  ["tabs in one comment", `${meta}# ${"a\t".repeat(500_000)}\n`],
  ["a run of blanks before a tab", `${meta}# ${" ".repeat(1_000_000)}\t\n`],
  ["empty lists after a long comment", `a:\n  - [] # ${"x".repeat(1_000_000)}\n${"  - []\n".repeat(50_000)}`],
  ["a number of many digits", `${meta}a: {description: ${"9".repeat(1_000_000)}}\n`],
])("a file is read at once: %s", (_, text) => {
  expect(parseYaml("roles.yml", text).keys.size).toBeGreaterThan(0);
});
