import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import lock from "../../../package-lock.json" with { type: "json" };
import { check, lacks } from "../examples/checkers.ts";

const root = join(import.meta.dirname, "../../..");
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

/** Licences that let everybody use, change and distribute the dependencies of osac. */
const allowed = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "PSF-2.0"]);

interface Locked {
  readonly dev?: true;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const locked = lock.packages as Readonly<Record<string, Locked>>;

/** The paths of these packages and of all their dependencies. */
function withDependencies(paths: readonly string[], found = new Set<string>()): Set<string> {
  for (const path of paths.filter((one) => !found.has(one))) {
    const names = Object.keys(locked[path]!.dependencies ?? {});
    withDependencies(
      names.map((name) => findInstalled(path, name)),
      found.add(path),
    );
  }
  return found;
}

/** The path of a dependency: in the package itself, or in one of the packages around it. */
function findInstalled(path: string, name: string): string {
  const own = `${path === "" ? "" : `${path}/`}node_modules/${name}`;
  return own in locked ? own : findInstalled(path.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ""), name);
}

test("docs/licences.md lists what osac depends on, each under a licence that lets everybody use it", async () => {
  // The bundles contain these (`.ci/bundle.mjs`), so that users need not install them.
  const bundled = withDependencies([
    "node_modules/fast-string-width",
    "node_modules/yargs",
    "node_modules/@smithy/signature-v4",
    "node_modules/@aws-sdk/credential-provider-node",
  ]);
  const rows = Object.entries(locked)
    .filter(([path, { dev }]) => path !== "" && (!dev || bundled.has(path)))
    .map(([path, { license = "none" }]) => [path.replace(/^.*node_modules\//, ""), license] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  expect(rows.filter(([, license]) => !allowed.has(license))).toEqual([]);
  const lines = [...new Set(rows.map(([name, license]) => `| ${name} | ${license} |\n`))];
  const page = `# Licences of what osac depends on\n\nIts own is [Apache-2.0](../LICENSE).\n\n| package | licence |\n|---|---|\n${lines.join("")}`;
  await expect(page).toMatchFileSnapshot("../../../docs/licences.md");
});

test("the release names the repository, its page and its issues in the package", () => {
  // The owner of the repository is not known before the release, so the workflow sets the fields that name
  // it.
  const release = readFileSync(join(workflows, "release.yml"), "utf8");
  for (const field of ["repository.url", "homepage", "bugs.url"]) expect(release).toContain(`${field}="`);
});

test.skipIf(lacks("actionlint"))("actionlint finds nothing wrong with the project's own workflows", () => {
  const paths = readdirSync(workflows).map((name) => join(workflows, name));
  expect(check("actionlint", paths)).toEqual({ code: 0, said: "" });
});

test.each(readdirSync(workflows))("%s pins every action by its commit", (name) => {
  for (const [, action] of readFileSync(join(workflows, name), "utf8").matchAll(/uses: (\S+)/g))
    expect(action).toMatch(/@[0-9a-f]{40}$/);
});
