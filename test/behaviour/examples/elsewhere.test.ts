import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { folder } from "../../support/folder.ts";
import { check, lacks } from "./checkers.ts";

const root = join(import.meta.dirname, "../../..");
const examples = join(root, "examples");
const workflows = readdirSync(join(examples, "github"));

test.skipIf(lacks("actionlint"))("actionlint finds nothing wrong with the workflows of GitHub", async () => {
  // Workflows call others by the paths that they are copied to.
  const copies = workflows.map((name) => `.github/workflows/osac-${name}`);
  const texts = await Promise.all(workflows.map((name) => readFile(join(examples, "github", name), "utf8")));
  const files = Object.fromEntries(copies.map((copy, index) => [copy, texts[index]!]));
  const cwd = await folder({ ".git/HEAD": "", ...files });
  const paths = copies.map((copy) => join(cwd, copy));
  expect(check("actionlint", paths)).toEqual({ code: 0, said: "" });
});

test.each(workflows)(
  "examples/github/%s pins every action by its commit, and says what it may do",
  async (name) => {
    const text = await readFile(join(examples, "github", name), "utf8");
    const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
    for (const [, action, remark] of uses) {
      if (action!.startsWith("./.github/workflows/osac-")) {
        expect(workflows).toContain(action!.slice("./.github/workflows/osac-".length));
        continue;
      }
      expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
      expect(remark).toMatch(/^ # \S/);
    }
    expect(text).toMatch(/^permissions:/m);
    expect(text).not.toMatch(/pull_request_target|write-all/);
  },
);

test.skipIf(lacks("hadolint"))("hadolint finds nothing wrong with the Containerfile", () => {
  expect(check("hadolint", [join(examples, "kubernetes/Containerfile")])).toEqual({ code: 0, said: "" });
});

const manifests = ["kubernetes/cronjob.yml", "kubernetes/fleet-job.yml"];

test.skipIf(lacks("kubernetes-validate")).each(manifests)(
  "%s has no field that Kubernetes does not know",
  (name) => {
    const words = ["--strict", "--quiet", join(examples, name)];
    expect(check("kubernetes-validate", words)).toMatchObject({ code: 0 });
  },
);

test.each(manifests)("%s runs as nobody, on a root that it cannot write", async (name) => {
  const text = await readFile(join(examples, name), "utf8");
  for (const line of [
    "runAsNonRoot: true",
    "readOnlyRootFilesystem: true",
    "allowPrivilegeEscalation: false",
    "automountServiceAccountToken: false",
    "drop: [ALL]",
  ])
    expect(text).toContain(line);
  expect(await readFile(join(examples, "kubernetes/Containerfile"), "utf8")).toMatch(/^USER 65532/m);
});

describe.skipIf(lacks("systemd-analyze"))("systemd", () => {
  test("knows every line of the units, and calls the service well protected", async () => {
    const units = ["osac-drift.service", "osac-drift.timer"];
    const texts = await Promise.all(units.map((name) => readFile(join(examples, "systemd", name), "utf8")));
    // systemd requires that the program of the unit exists.
    const there = texts.map((text) => text.replace("/usr/local/bin/osac", "/bin/true"));
    const cwd = await folder(Object.fromEntries(units.map((name, index) => [name, there[index]!])));
    const paths = units.map((name) => join(cwd, name));
    expect(check("systemd-analyze", ["verify", ...paths])).toEqual({ code: 0, said: "" });
    const security = ["security", "--offline=true", "--threshold=20", paths[0]!];
    expect(check("systemd-analyze", security)).toMatchObject({ code: 0 });
  });
});

describe.skipIf(lacks("pre-commit"))("pre-commit", () => {
  test("takes the hook, and the example that uses it", async () => {
    const hooks = join(root, ".pre-commit-hooks.yaml");
    expect(check("pre-commit", ["validate-manifest", hooks])).toMatchObject({ code: 0 });
    const config = join(examples, "pre-commit/.pre-commit-config.yaml");
    expect(check("pre-commit", ["validate-config", config])).toMatchObject({ code: 0 });
    const [, id] = /id: (\S+)/.exec(await readFile(config, "utf8"))!;
    expect(await readFile(hooks, "utf8")).toContain(`- id: ${id}\n`);
  });
});

const pipeline = join(examples, "gitlab/.gitlab-ci.yml");

test.skipIf(lacks("check-jsonschema")).each([pipeline, join(examples, "gitlab/fleet.gitlab-ci.yml")])(
  "%s fits GitLab's schema",
  (path) => {
    expect(check("check-jsonschema", ["--builtin-schema", "vendor.gitlab-ci", path])).toMatchObject({
      code: 0,
    });
  },
);

test("the workflow of Argo calls templates that it has, and each pod drops its rights", async () => {
  const text = await readFile(join(examples, "argo/fleet.yml"), "utf8");
  const called = [...text.matchAll(/^ +template: (\S+)$/gm)].map(([, name]) => name);
  const known = [...text.matchAll(/^ {4}- name: (\S+)$/gm)].map(([, name]) => name);
  expect(known).toEqual(expect.arrayContaining(["fleet", ...called]));
  expect(text).toContain("runAsNonRoot: true");
  expect(text.match(/drop: \[ALL\]/g)).toHaveLength(called.length - 1);
});

test("every example that names a version of the package names this one", async () => {
  const files = [
    "gitlab/.gitlab-ci.yml",
    "gitlab/fleet.gitlab-ci.yml",
    "github/fleet-plan.yml",
    "github/fleet-apply.yml",
    "github/fleet-drift.yml",
    "kubernetes/Containerfile",
  ];
  for (const file of files) {
    const [, version] = /opensearch-security-as-code@(\S+)/.exec(
      await readFile(join(examples, file), "utf8"),
    )!;
    expect([file, version]).toEqual([file, packageJson.version]);
  }
});

test("docs/ci.md shows the workflows as they are shipped", async () => {
  const page = await readFile(join(root, "docs/ci.md"), "utf8");
  for (const name of ["plan.yml", "apply.yml", "drift.yml"])
    expect(page).toContain(`\`\`\`yaml\n${await readFile(join(examples, "github", name), "utf8")}\`\`\`\n`);
});
