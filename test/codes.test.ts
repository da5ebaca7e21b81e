import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codes } from "../src/codes.ts";
import { folder } from "./support/folder.ts";
import { osac } from "./support/osac.ts";
import { run, start } from "./support/simulated-cluster.ts";

function filesBelow(folder: string, isMeant: (file: string) => boolean): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(isMeant)
    .map((file) => join(folder, file));
}

test("every code of a finding is in a test that provokes it", () => {
  const tests = filesBelow(import.meta.dirname, (file) => /\.(?:ts|txt|json)$/.test(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const words = new Set(tests.match(/[a-z0-9]+(?:-[a-z0-9]+)*/g));
  expect(Object.keys(codes).filter((code) => !words.has(code))).toEqual([]);
});

const roles = "_meta: { type: roles, config_version: 2 }\n";
const none = { "roles.yml": roles };

describe("what goes wrong before any cluster is asked is known by its code", () => {
  test.for<[string, string[], Record<string, string>, Record<string, string>?]>([
    [
      "bad-fls",
      ["validate"],
      {
        "roles.yml": `${roles}it: { index_permissions: [{ index_patterns: [a], fls: ["~"], allowed_actions: [read] }] }`,
      },
    ],
    [
      "file-placeholder",
      ["validate"],
      { "roles.yml": `${roles}it: { description: "\${file:words}" }`, words: "some words" },
    ],
    ["unknown-setting", ["validate"], { ...none, "osac.yml": "clustre: {}" }],
    ["unknown-variable", ["validate"], none, { OSAC_FROBNICATE: "1" }],
    ["incomplete-login", ["plan", "--username", "ann"], none],
    ["conflicting-logins", ["plan"], none, { OSAC_TOKEN: "x", OSAC_USERNAME: "ann", OSAC_PASSWORD: "y" }],
    ["empty-secret", ["plan", "--token-file", "empty"], { ...none, empty: "\n" }],
    ["not-pem", ["plan", "--ca-cert", "roles.yml"], none],
    ["not-a-saved-plan", ["apply", "--yes", "--plan", "roles.yml"], none],
  ])("%s", async ([code, argv, files, env = {}]) => {
    const { out, err } = await osac(argv, { cwd: await folder(files), env });
    expect(out + err).toContain(`[${code}]`);
  });
});

describe("what goes wrong with a cluster is known by its code", () => {
  const guest = { OSAC_USERNAME: "guest", OSAC_PASSWORD: "guest" };

  test.for<[string, string[], Record<string, string>?, Record<string, string>?]>([
    ["unknown-base", ["drift", "--base", "nowhere"]],
    ["no-such-secret", ["plan", "--set-secret", "roles/logs_reader/description"]],
    ["nothing-readable", ["export", "live"], {}, guest],
    ["split-file", ["export", ".", "--force"], { "roles/more.yml": roles }],
    ["literal-placeholder", ["export", "live"]],
    ["version-unknown", ["plan"], {}, { OSAC_USERNAME: "half", OSAC_PASSWORD: "half" }],
  ])("%s", async ([code, argv, files = {}, env = {}]) => {
    const simulator = await start({
      version: "2.19.4",
      environment: {},
      users: { guest: { password: "guest" }, half: { password: "half", backend_roles: ["half"] } },
      documents: { tenants: { theirs: { description: "${env.ABSENT}" } } },
    });
    const mapped = { security_rest_api_access: { backend_roles: ["half"] } };
    await simulator.edit("rolesmapping", (mappings) => ({ ...mappings, ...mapped }));
    const { out, err } = await run(argv, simulator, { env }, files);
    expect(out + err).toContain(`[${code}]`);
  });

  test("not-an-internal-user", async () => {
    const simulator = await start();
    const body = JSON.stringify({ user_name: "admin", is_internal_user: false, is_reserved: false });
    simulator.fail({ status: 200, body, when: ({ path }) => path.endsWith("/account") });
    const env = { OSAC_NEW_PASSWORD: "Sturdy-Horse_7-Batteries" };
    const { code, err } = await run(["account", "password", "--yes"], simulator, { env });
    expect(code).toBe(7);
    expect(err).toMatch(/admin is no internal user.*nothing was changed \[not-an-internal-user\]/);
  });

  test("certificate-expired", async () => {
    const validTo = new Date(Date.now() - 60_000);
    const expired = await start({ certificates: { server: { validTo, hosts: ["127.0.0.1"] } } });
    const { code, err } = await run(["status", "--insecure"], expired, { env: { OSAC_CA_CERT: "" } });
    expect(code).toBe(2);
    expect(err).toContain("[certificate-expired]");
  });
});
