import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { buildForTests } from "../../support/build.ts";
import { folder } from "../../support/folder.ts";
import { startQuick } from "../../support/simulated-cluster.ts";

const root = join(import.meta.dirname, "../../..");

const built = buildForTests();
/** A container of a manifest, with what of it decides what runs. */
interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
}

const clusters: Record<string, Simulator> = {};
let image: string;
beforeEach(async () => {
  for (const name of ["canary", "eu-1"]) clusters[name] = await startQuick();
  image = await folder({
    "ca/ca.pem": clusters["canary"]!.caCert,
    "reports/.keep": "",
    "tmp/.keep": "",
    "repository/security/osac.yml": [
      "targets:",
      `  canary: { cluster: { url: ${clusters["canary"]!.url} } }`,
      `  eu-1: { cluster: { url: ${clusters["eu-1"]!.url} } }`,
    ].join("\n"),
    "repository/security/tenants.yml":
      "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
  });
});

async function readManifest<Manifest>(name: string): Promise<Manifest> {
  const { value } = parseYaml(name, await readFile(join(root, "examples", name), "utf8"));
  return value as unknown as Manifest;
}

/** Puts paths of this machine in place of those of the image and its volumes. */
function translate(words: string): string {
  return words
    .replaceAll("/app/node_modules/opensearch-security-as-code/dist", built)
    .replaceAll("/repository", join(image, "repository"))
    .replaceAll("/reports", join(image, "reports"))
    .replaceAll("/tmp/matrix.json", join(image, "tmp/matrix.json"))
    .replaceAll("/etc/opensearch-ca", join(image, "ca"));
}

/** Runs the command of a container with its own variables, and those of its Secrets and of the engine. */
async function runPod(
  { command, args, env = [], envFrom = [] }: Container,
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
  given: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly log: string; readonly out: string }> {
  const variables = env.flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, translate(value)] as const],
  );
  const [program = "", ...words] = [...command, ...args].map(translate);
  const child = spawn(program, words, {
    env: {
      PATH: process.env["PATH"],
      ...Object.assign({}, ...envFrom.map(({ secretRef }) => secrets[secretRef.name])),
      ...Object.fromEntries(variables),
      ...given,
    },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: code as number, log: out + err, out };
}

/** The rows of the reports that the pods have left. */
async function mergeReports(): Promise<{ readonly code: number; readonly log: string }> {
  const osac = "/app/node_modules/opensearch-security-as-code/dist/bin/osac.js";
  const args = [osac, "report", "merge", "/reports", "/repository/security"];
  return runPod({ command: ["node"], args }, {});
}

describe("the Indexed Job of Kubernetes", () => {
  const secrets = {
    "osac-fleet": {
      OSAC_TARGET_CANARY_USERNAME: "admin",
      OSAC_TARGET_CANARY_PASSWORD: "admin",
      OSAC_TARGET_EU_1_USERNAME: "admin",
      OSAC_TARGET_EU_1_PASSWORD: "admin",
    },
  };

  async function runIndex(index: number, given = secrets) {
    const { spec } = await readManifest<{
      spec: { template: { spec: { containers: [Container] } } };
    }>("kubernetes/fleet-job.yml");
    const [container] = spec.template.spec.containers;
    const uid = { OSAC_RUN_ID: "the-uid-of-the-job", JOB_COMPLETION_INDEX: `${index}` };
    return runPod(container, given, uid);
  }

  test("logs in to the cluster of its index, and leaves a report of each", async () => {
    for (const index of [0, 1]) expect(await runIndex(index)).toMatchObject({ code: 0 });
    const { code, log } = await mergeReports();
    expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining("2 targets: 2 with changes") });
    for (const { requests } of Object.values(clusters))
      expect(requests.at(-1)).toMatchObject({ status: 200 });
  });

  test("fails the index alone whose login is missing", async () => {
    const { OSAC_TARGET_EU_1_PASSWORD: _, ...rest } = secrets["osac-fleet"];
    expect(await runIndex(0)).toMatchObject({ code: 0 });
    expect((await runIndex(1, { "osac-fleet": rest as (typeof secrets)["osac-fleet"] })).code).toBe(3);
    expect((await mergeReports()).log).toContain("2 targets: 1 failed, 1 with changes");
  });

  test("says that it has more completions than there are targets, and leaves no report", async () => {
    const { code, log } = await runIndex(2);
    expect(code).not.toBe(0);
    expect(log).toContain("more completions than osac.yml has targets");
    expect((await mergeReports()).log).toContain("2 targets: 2 not started");
  });
});

/** Replaces the variables of Argo, in every text of a template. */
function substitute<Value>(value: Value, target: string): Value {
  const whole = JSON.stringify(value)
    .replaceAll("{{inputs.parameters.target}}", target)
    .replaceAll("{{workflow.uid}}", "the-uid-of-the-workflow");
  return JSON.parse(whole) as Value;
}

describe("the workflow of Argo", () => {
  interface Template {
    readonly name: string;
    readonly container?: Container;
    readonly script?: { readonly command: string[]; readonly source: string };
  }

  async function readTemplate(name: string): Promise<Template> {
    const { spec } = await readManifest<{ spec: { templates: Template[] } }>("argo/fleet.yml");
    return spec.templates.find((template) => template.name === name)!;
  }

  test("logs in to each cluster with the Secret of that cluster alone, and joins the reports", async () => {
    const { script } = await readTemplate("targets");
    const { command, source } = script!;
    const listed = await runPod({ command: [...command, "-c"], args: [source] }, {});
    const items = JSON.parse(listed.out) as { target: string }[];
    expect(items.map(({ target }) => target)).toEqual(["canary", "eu-1"]);
    const { container } = await readTemplate("plan");
    const secrets = Object.fromEntries(
      items.map(({ target }) => [`osac-${target}`, { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" }]),
    );
    for (const { target } of items)
      expect(await runPod(substitute(container!, target), secrets)).toMatchObject({ code: 0 });
    const { container: report } = await readTemplate("report");
    expect(await runPod(report!, {})).toMatchObject({
      code: 0,
      log: expect.stringContaining("2 targets: 2 with changes"),
    });
  });
});
