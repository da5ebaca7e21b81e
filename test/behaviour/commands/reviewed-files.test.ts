import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commit, repository, roles } from "../../unit/git/repository.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const admin = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };

/** Changes of a pull request to the files that a reviewed osac.yml names. */
async function pullRequest(
  settings: string,
  change: (cwd: string) => Promise<unknown>,
  argv: readonly string[] = ["--settings-from", "HEAD~1"],
): Promise<Ran & { requests: readonly unknown[] }> {
  const simulator = await start();
  const cwd = await repository();
  await commit(cwd, {
    "security/osac.yml": `cluster: { url: "${simulator.url}", ca_cert: ../ca.pem }\n${settings}`,
    "security/roles.yml": roles("a"),
    "ca.pem": simulator.caCert,
    "keys/admin.pem": simulator.adminCert,
    "keys/admin.key": simulator.adminKey,
  });
  await change(cwd);
  await commit(cwd, { "security/roles.yml": roles("a", "b") });
  const ran = await osac(["plan", "security", ...argv], { cwd, env: admin });
  return { ...ran, requests: simulator.requests };
}

const recovery = "recovery: { client_cert: ../keys/admin.pem, client_key: ../keys/admin.key }\n";

describe("a file of the work tree that reviewed settings name", () => {
  test("is used where the commit has the same", async () => {
    const { code, err } = await pullRequest(recovery, async () => undefined);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.not.stringContaining("error:") });
  });

  test.each([
    ["recovery.client_cert", "keys/admin.pem", recovery],
    ["recovery.client_key", "keys/admin.key", recovery],
  ])("is refused where a pull request changes it: %s", async (key, file, settings) => {
    const { code, out, err, requests } = await pullRequest(settings, async (cwd) =>
      writeFile(join(cwd, file), "another\n"),
    );
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err.replaceAll(/\s+/g, " ")).toMatch(
      new RegExp(
        `error: ${key} names \\S+${file}, .* is not the file that HEAD~1 has there.*unreviewed-file`,
      ),
    );
    expect(err).toContain("security/osac.yml:");
    expect(requests).toEqual([]);
  });

  test.each([
    ["ca_cert", "cluster: { url: https://127.0.0.1:1, ca_cert: ../token }\n"],
    ["token_file", "cluster: { url: https://127.0.0.1:1, token_file: ../token }\n"],
    ["password_file", "cluster: { url: https://127.0.0.1:1, username: u, password_file: ../token }\n"],
    ["client_cert", "cluster: { url: https://127.0.0.1:1, client_cert: ../token, client_key: /x }\n"],
  ])("is refused where the commit has none: %s", async (key, text) => {
    const cwd = await repository();
    await commit(cwd, { "security/osac.yml": text, "security/roles.yml": roles("a") });
    await commit(cwd, { token: "of-the-pull-request\n" });
    const { code, err } = await osac(["plan", "security", "--settings-from", "HEAD~1"], { cwd });
    expect(code).toBe(3);
    expect(err).toContain(`cluster.${key} names`);
    expect(err).toContain("[unreviewed-file]");
    expect(err).not.toContain("of-the-pull-request");
  });

  test("is refused where a link leads to another", async () => {
    const { code, err } = await pullRequest(
      recovery,
      async (cwd) => {
        await commit(cwd, {
          "keys/admin.pem": undefined,
          "keys/admin.key": undefined,
          "evil/admin.pem": "x",
        });
        await mkdir(join(cwd, "evil"), { recursive: true });
        await symlink("evil", join(cwd, "keys")).catch(() =>
          symlink("../evil/admin.pem", join(cwd, "keys/admin.pem")),
        );
      },
      ["--settings-from", "HEAD~2"],
    );
    expect(code).toBe(3);
    expect(err).toContain("[unreviewed-file]");
  });
});

test("a settings file from outside of the work tree names no file within it, and any other", async () => {
  const simulator = await start();
  const cwd = await repository();
  await commit(cwd, { "security/roles.yml": roles("a"), "ca.pem": simulator.caCert });
  const job = await folder({
    "within.yml": `cluster: { url: "${simulator.url}", ca_cert: "${join(cwd, "ca.pem")}" }\n`,
    "beside.yml": `cluster: { url: "${simulator.url}", ca_cert: ca.pem }\n`,
    "ca.pem": simulator.caCert,
  });
  const plan = async (config: string): Promise<Ran> =>
    osac(["plan", "security", "--config", join(job, config)], { cwd, env: admin });
  const within = await plan("within.yml");
  expect(within.code).toBe(3);
  expect(within.err).toContain("[unreviewed-file]");
  expect(await plan("beside.yml")).toMatchObject({ code: 0 });
});

describe("--strict makes errors of what is wrong with the settings", () => {
  test.each([
    ["insecure", (url: string) => ["--url", url, "--insecure"]],
    ["plain-http", (url: string) => ["--url", url.replace("https", "http")]],
  ])("%s, before the login is used", async (code, argvOf) => {
    const simulator = await start();
    const cwd = await folder({ "security/roles.yml": roles("a") });
    const argv = ["plan", "security", ...argvOf(simulator.url), "--timeout", "2"];
    const strict = await osac([...argv, "--strict"], { cwd, env: admin });
    expect(strict.code).toBe(3);
    expect(strict.err).toMatch(/^error: /);
    expect(strict.err).toContain(`[${code}]`);
    expect(simulator.requests).toEqual([]);
    const usual = await osac(argv, { cwd, env: admin });
    expect(usual.err).toContain("warning: ");
  });

  test.each([
    ["plan", ["plan", "security", "--output", "json"]],
    ["drift", ["drift", "security", "--output", "json"]],
    ["validate", ["validate", "security", "--output", "json"]],
    ["apply", ["apply", "security", "--yes", "--output", "json"]],
  ])("weakened-setting, in osac %s", async (_, argv) => {
    const simulator = await start();
    const cwd = await repository();
    await commit(cwd, {
      "security/osac.yml": "",
      "security/roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    await commit(cwd, { "security/osac.yml": "guards: { max_deletes: 99 }\n" });
    const env = { ...admin, OSAC_URL: simulator.url, OSAC_CA_CERT: "ca.pem" };
    const [usual, strict] = await Promise.all(
      [[], ["--strict"]].map(async (more) => {
        const ran = await osac([...argv, "--settings-from", "HEAD~1", ...more], { cwd, env });
        const { findings } = JSON.parse(ran.out) as { findings: { code: string; severity: string }[] };
        const found = findings.filter(({ code }) => code === "weakened-setting");
        return { code: ran.code, found: found.map(({ severity }) => severity) };
      }),
    );
    expect(usual!.found).toEqual(["warning"]);
    expect(strict).toEqual({ code: 3, found: ["error"] });
  });
});

test("validate shows the protective settings", async () => {
  const cwd = await folder({
    "security/osac.yml": "guards: { max_deletes: 99 }\n",
    "security/roles.yml": roles("a"),
  });
  const { out } = await osac(["validate", "security"], { cwd });
  expect(out).toContain("Protective settings: guards.max_deletes 99 (security/osac.yml:1)\n");
});

test("protective settings of flags and variables are shown with where they come from, but for the defaults", async () => {
  const simulator = await start();
  const cwd = await folder({
    "osac.yml": "guards: { max_deletes: 3 }\nignore: [{ kind: roles, name: b, reason: by hand }]\n",
    "roles.yml": roles("a"),
    "ca.pem": simulator.caCert,
  });
  const env = {
    ...admin,
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_MAX_DELETES: "99",
    OSAC_KEEP_GOING: "true",
    OSAC_AUDIT_LOG: "audit.jsonl",
    OSAC_MAX_DELETE_SHARE: "20%",
  };
  const flags = [
    "--ignore",
    "tenants/x",
    "--prune",
    "roles=never",
    "--allow-lockout-risk",
    "--kinds",
    "roles",
  ];
  const shown = async (command: string, ...argv: string[]): Promise<string> =>
    (await osac([command, ...flags, ...argv], { cwd, env })).out;
  const { settings } = JSON.parse(await shown("plan", "--output", "json")) as { settings: object[] };
  expect(settings).toEqual([
    { name: "kinds", value: ["roles"], from: "--kinds" },
    { name: "prune.roles", value: "never", from: "--prune" },
    expect.objectContaining({ name: "ignore", at: expect.objectContaining({ line: 2 }) }),
    { name: "ignore", value: "tenants/x", from: "--ignore" },
    { name: "guards.max_deletes", value: 99, from: "OSAC_MAX_DELETES" },
    { name: "allow-lockout-risk", value: true, from: "--allow-lockout-risk" },
  ]);
  for (const output of ["text", "markdown"])
    expect(await shown("plan", "--output", output)).toContain("guards.max_deletes 99 (OSAC_MAX_DELETES)");
  expect(await shown("apply", "--yes")).toContain(
    "  apply.audit_log audit.jsonl (OSAC_AUDIT_LOG)\n  apply.keep_going true (OSAC_KEEP_GOING)\n",
  );
});
