import { execFileSync } from "node:child_process";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { repository, run, readScript } from "../examples/script.ts";

const root = join(import.meta.dirname, "../../..");
const sha = "a".repeat(40);
const tag = "v1.2.3";
const changelog =
  "# Changelog\n\n## Unreleased\n\n- next\n\n## 1.2.30\n\n- other\n\n## 1.2.3 (2026-01-02)\n\n- this\n\n## 1.2.2\n\n- old\n";

let cwd: string;
beforeEach(async () => {
  cwd = await folder({
    "package.json": JSON.stringify({ name: "opensearch-security-as-code", version: "1.2.3" }),
    "CHANGELOG.md": changelog,
  });
});

const git = (...words: string[]): string =>
  execFileSync("git", ["-C", cwd, ...words], { encoding: "utf8" }).trim();

const step = async (name: string, env: Readonly<Record<string, string>> = {}) =>
  run(await readScript(".github/workflows/release.yml", name), {
    PWD: cwd,
    GITHUB_REF_NAME: tag,
    GITHUB_SHA: sha,
    ...env,
  });

test("a release tells what the changelog says of its version, and of no other", async () => {
  const { code, temp } = await step("The tag is the version, and the changelog tells of it");
  expect(code).toBe(0);
  expect((await readFile(join(temp, "notes.md"), "utf8")).trim()).toBe("- this");
});

test.for(["v1.2.2", "v1.2", "v9.9.9"])("the tag %s is not released: it is not the version", async (other) => {
  const name = "The tag is the version, and the changelog tells of it";
  expect((await step(name, { GITHUB_REF_NAME: other })).code).not.toBe(0);
});

test("a version of which the changelog says nothing is not released", async () => {
  cwd = await folder({
    "package.json": '{"version": "1.2.3"}',
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- next\n",
  });
  expect((await step("The tag is the version, and the changelog tells of it")).code).not.toBe(0);
});

test("what is shipped names the commit of the release wherever it uses the Action", async () => {
  for (const path of ["examples/github", "docs/ci.md"])
    await cp(join(root, path), join(cwd, path), { recursive: true });
  const { code, log } = await step("Pin the shipped workflows to this release");
  expect({ code, log }).toEqual({ code: 0, log: "" });
  const names = (await readdir(join(cwd, "examples/github"))).map((name) => `examples/github/${name}`);
  const uses = await Promise.all(
    [...names, "docs/ci.md"].map(async (path) =>
      (await readFile(join(cwd, path), "utf8")).match(/uses: .*security-as-code.*|uses: octo.*/g),
    ),
  );
  expect(uses.flatMap((found) => found ?? [])).toEqual(Array(13).fill(`uses: ${repository}@${sha} # ${tag}`));
  expect(JSON.parse(await readFile(join(cwd, "package.json"), "utf8"))).toMatchObject({
    repository: { type: "git", url: `git+https://github.com/${repository}.git` },
  });
});

test("the tag of the major version moves to the release", async () => {
  const origin = await folder({});
  execFileSync("git", ["init", "--quiet", "--bare", origin]);
  git("init", "--quiet");
  git("remote", "add", "origin", origin);
  for (const version of ["v1.2.2", tag]) {
    git(
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      version,
    );
    const { code, calls } = await step("Tell of the release, and move the tag of the major version", {
      GITHUB_REF_NAME: version,
    });
    expect(code).toBe(0);
    expect(calls.map(({ line }) => line)).toEqual([
      expect.stringMatching(`^release create ${version} /.*/sbom.cdx.json$`),
    ]);
    expect(git("ls-remote", "origin", "refs/tags/v1")).toBe(`${git("rev-parse", "HEAD")}\trefs/tags/v1`);
  }
});
