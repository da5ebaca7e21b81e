import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import lock from "../../package-lock.json" with { type: "json" };
import { check, lacks } from "../examples/checkers.ts";

const root = join(import.meta.dirname, "../..");
const workflows = join(root, ".github/workflows");

test("the package holds what its users need, and nothing of the tests", () => {
  const packed = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path).filter((path) => !path.startsWith("dist/"));
  const tops = new Set(paths.map((path) => path.split("/")[0]!));
  expect(tops).toEqual(
    new Set([
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "docs",
      "examples",
      "package.json",
      "schemas",
    ]),
  );
  for (const path of ["examples/github/plan.yml", "examples/least-rights/opensearch.yml", "docs/ci.md"])
    expect(paths).toContain(path);
  const built = files.filter(({ path }) => path.startsWith("dist/"));
  expect(built.filter(({ path }) => !/^dist\/(?:bin|src|schemas)\//.test(path))).toEqual([]);
});

/** Licences that let everybody use, change and pass on what osac depends on. */
const allowed = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "(BSD-3-Clause OR GPL-2.0)",
  "0BSD",
  "Apache-2.0",
  "PSF-2.0",
]);

test("docs/licences.md lists what osac depends on, each under a licence that lets everybody use it", async () => {
  const rows = Object.entries(lock.packages as Record<string, { dev?: true; license?: string }>)
    .filter(([path, { dev }]) => path !== "" && !dev)
    .map(([path, { license = "none" }]) => [path.replace(/^.*node_modules\//, ""), license] as const);
  expect(rows.filter(([, license]) => !allowed.has(license))).toEqual([]);
  const lines = [...new Set(rows.map(([name, license]) => `| ${name} | ${license} |\n`))];
  const page = `# Licences of what osac depends on\n\nIts own is [Apache-2.0](../LICENSE).\n\n| package | licence |\n|---|---|\n${lines.join("")}`;
  await expect(page).toMatchFileSnapshot("../../docs/licences.md");
});

test.skipIf(lacks("actionlint"))("actionlint finds nothing wrong with the project's own workflows", () => {
  const paths = readdirSync(workflows).map((name) => join(workflows, name));
  expect(check("actionlint", paths)).toEqual({ code: 0, said: "" });
});

test.each(readdirSync(workflows))("%s pins every action by its commit", (name) => {
  for (const [, action] of readFileSync(join(workflows, name), "utf8").matchAll(/uses: (\S+)/g))
    expect(action).toMatch(/@[0-9a-f]{40}$/);
});
