import { readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commit, git, repository, roles, write } from "../../unit/git/repository.ts";
import { folder } from "../../support/folder.ts";
import { makeIo, osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { evilServer } from "../../support/evil-server.ts";
import { makeFile } from "./saved.ts";

const login = { OSAC_USERNAME: "osac-plan", OSAC_PASSWORD: "job-secret-99" };

/** A job without a terminal, beside the files of a pull request. */
async function job(
  settings: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = login,
  isTerminal = false,
): Promise<Ran> {
  const cwd = await folder({
    "security/osac.yml": settings,
    "security/roles.yml": roles("a"),
    "secrets/password": "another-secret-99\n",
  });
  const stdin = Object.assign(makeIo().stdin, { isTerminal });
  return osac(argv, { cwd, env, stdin });
}

function administrator({ url }: { readonly url: string }) {
  return { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
}

/** Targets of which a pull request changes one, adds one and removes one. */
async function changedTargets(labels: Record<string, string> = {}) {
  const simulator = await start();
  const cwd = await repository();
  const [a, b] = [{ cluster: { url: simulator.url } }, { cluster: { url: "https://127.0.0.1:1" } }];
  const prune = { roles: "removed" };
  const files = { "roles.yml": roles("a"), "ca.pem": simulator.caCert };
  await commit(cwd, { ...files, "osac.yml": JSON.stringify({ prune, targets: { a, b, gone: a } }) });
  const weak = { ...b, labels, guards: { max_deletes: 999 } };
  const added = { ...b, cluster: { ...b.cluster, insecure: true }, prune: { roles: "all" } };
  await commit(cwd, {
    "osac.yml": JSON.stringify({ prune, strict: false, targets: { a, b: weak, added } }),
  });
  const env = { ...administrator(simulator), OSAC_URL: "", OSAC_RUN_ID: "1" };
  const run = async (line: string): Promise<Ran> =>
    osac(`${line} --settings-from HEAD~1`.split(" "), { cwd, env });
  return { cwd, run, simulator };
}

describe("a login of the job goes nowhere that a file of the pull request says", () => {
  const commands = [
    "plan security",
    "plan security --secrets opaque",
    "drift security",
    "apply security --yes",
    "export security",
    "init security",
  ];
  test.each(commands)("osac %s", async (command) => {
    const evil = await evilServer();
    const { code, out, err } = await job(
      `cluster:\n  timeout: 5\n  url: http://${evil.address}\n  insecure: true\n`,
      command.split(" "),
    );
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("security/osac.yml:3");
    expect(err).toContain("cluster.url");
    expect(err).toContain("--url URL, or OSAC_URL");
    expect(err).toContain("security/osac.yml:4");
    expect(err).toContain("[unpinned-setting]");
    expect(evil.received).toEqual([]);
  });

  test("a command without a directory sends its login to no address of a file", async () => {
    const evil = await evilServer();
    const cwd = await folder({ "osac.yml": `cluster: { url: "http://${evil.address}" }\n` });
    for (const argv of [["status"], ["cache", "flush", "--yes"], ["rollback", "x.json", "--yes"]])
      expect(await osac(argv, { cwd, env: login })).toMatchObject({ code: 3, out: "" });
    expect(evil.received).toEqual([]);
  });

  test("neither the job's file that it names, nor one of its own", async () => {
    const evil = await evilServer();
    const named = `cluster: { url: "http://${evil.address}", username: u, password_file: ../secrets/password }\n`;
    for (const text of [named, named.replace("username: u, password_file", "token_file")]) {
      const { code, err } = await job(text, ["plan", "security"], {});
      expect(code).toBe(3);
      expect(err).not.toContain("another-secret");
    }
    expect(evil.received).toEqual([]);
  });

  test.each([
    ["insecure: true", "--insecure, or OSAC_INSECURE"],
    ["ca_cert: evil.pem", "--ca-cert PATH, or OSAC_CA_CERT"],
    ["client_cert: a.pem\n  client_key: a.key", "--client-key PATH, or OSAC_CLIENT_KEY"],
    ["api_prefix: _opendistro/_security", "or OSAC_API_PREFIX"],
  ])("an address of the job's own is asked neither with its %s", async (setting, hint) => {
    const simulator = await start();
    const env = { ...login, OSAC_URL: simulator.url };
    const { code, out, err } = await job(`cluster:\n  ${setting}\n`, ["plan", "security"], env);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err.replaceAll(/\s+/g, " ")).toContain(hint);
    expect(simulator.requests).toEqual([]);
  });

  test("nor is the certificate that reverts one of its choosing", async () => {
    const text = "recovery: { client_cert: a.pem, client_key: a.key }\n";
    expect(await job(text, ["plan", "security"])).toMatchObject({ code: 3 });
  });

  test("what the job says itself wins, and then the file says nothing any more", async () => {
    const [evil, simulator] = [await evilServer(), await start()];
    const cwd = await folder({
      "security/osac.yml": `cluster: { url: "http://${evil.address}", insecure: false, timeout: 9 }\n`,
      "security/roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_CA_CERT: "ca.pem" };
    const ran = await osac(["plan", "security", "--url", simulator.url], { cwd, env });
    expect(ran).toMatchObject({ code: 0 });
    expect(evil.received).toEqual([]);
  });
});

describe("a person at a terminal", () => {
  test("sees the address and who says so before the login is used", async () => {
    const evil = await evilServer();
    const { err } = await job(`cluster:\n  url: http://${evil.address}\n`, ["plan", "security"], login, true);
    expect(err).toMatch(new RegExp(`^cluster http://${evil.address} \\(security/osac.yml:2\\)\n`));
    expect(err).toContain("osac sends the login to");
    expect(err).toContain("[plain-http]");
  });

  test("sees the flag, and the default", async () => {
    const argv = ["plan", "security", "--timeout", "1"];
    const flag = await job("", [...argv, "--url", "https://127.0.0.1:1"], login, true);
    expect(flag.err).toMatch(/^cluster https:\/\/127.0.0.1:1 \(--url\)\n/);
  });
});

describe("the job vouches for a settings file", () => {
  test("a settings file outside of the directory counts when its path is passed", async () => {
    const simulator = await start();
    const cwd = await folder({
      "security/osac.yml": "cluster: { url: https://evil.example }\n",
      "security/roles.yml": roles("a"),
      "job/osac.yml": `cluster: { url: "${simulator.url}", ca_cert: ca.pem }\n`,
      "job/ca.pem": simulator.caCert,
    });
    const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
    const plan = ["plan", "security"];
    expect(await osac([...plan, "--config", "job/osac.yml"], { cwd, env })).toMatchObject({ code: 0 });
    expect(await osac(plan, { cwd, env: { ...env, OSAC_CONFIG: "job/osac.yml" } })).toMatchObject({
      code: 0,
    });
  });

  test("--settings-from reads the settings of a commit and nothing else", async () => {
    const [evil, simulator] = [await evilServer(), await start()];
    const cwd = await repository();
    const good = `cluster: { url: "${simulator.url}", ca_cert: ../ca.pem }\n`;
    await commit(cwd, {
      "security/osac.yml": good,
      "security/roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    await commit(cwd, {
      "security/osac.yml": `cluster: { url: "http://${evil.address}" }\n`,
      "security/roles.yml": roles("a", "b"),
    });
    const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
    const plan = ["plan", "security"];
    const { code, out } = await osac([...plan, "--settings-from", "HEAD~1"], { cwd, env });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("2 to create") });
    const named = { ...env, OSAC_SETTINGS_FROM: "HEAD~1", OSAC_CONFIG: "security/osac.yml" };
    expect(await osac(plan, { cwd, env: named })).toMatchObject({ code: 0 });
    expect(evil.received).toEqual([]);
  });

  test("--settings-from reads the certificate authority of a reviewed commit", async () => {
    const simulator = await start();
    const cwd = await repository();
    const settings = `cluster: { url: "${simulator.url}", ca_cert: ca.pem }\n`;
    await commit(cwd, {
      "security/osac.yml": settings,
      "security/ca.pem": simulator.caCert,
      "security/roles.yml": roles("a"),
    });
    await commit(cwd, { "security/ca.pem": simulator.adminCert });
    const env = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
    const plan = ["plan", "security", "--settings-from"];
    expect(await osac([...plan, "HEAD~1"], { cwd, env })).toMatchObject({ code: 0 });
    const swapped = await osac([...plan, "HEAD"], { cwd, env });
    expect(swapped.code).toBe(7);
    expect(swapped.err).toContain("[untrusted-certificate]");
    const outside = { ...env, OSAC_CA_CERT: join(cwd, "security/ca.pem") };
    expect(await osac([...plan, "HEAD~1"], { cwd, env: outside })).toMatchObject({ code: 7 });
  });

  test("--settings-from reads the names of indices of a reviewed commit", async () => {
    const cwd = await repository();
    await commit(cwd, {
      "security/osac.yml": "facts: { names: names.json }\n",
      "security/names.json": JSON.stringify({ indices: [{ name: "reviewed" }] }),
      "security/roles.yml": roles("a"),
    });
    await commit(cwd, { "security/names.json": "{}" });
    const question = ["access", "explain", "role:a", "search", "index:x", "--settings-from"];
    const inSecurity = { cwd: join(cwd, "security") };
    expect((await osac([...question, "HEAD"], inSecurity)).err).toContain("[bad-facts]");
    expect((await osac([...question, "HEAD~1"], inSecurity)).err).not.toContain("[bad-facts]");
  });

  test("--settings-from reports that a commit does not have the settings file yet", async () => {
    const cwd = await repository();
    await commit(cwd, { "security/roles.yml": roles("a") });
    await commit(cwd, { "security/osac.yml": "strict: true\n" });
    const { code, err } = await osac(["validate", "security", "--settings-from", "HEAD~1"], { cwd });
    expect(code).toBe(0);
    expect(err).toContain("--settings-from HEAD~1 has no security/osac.yml");
    expect(err).toContain("[settings-not-merged]");
  });

  test("--settings-from takes no tag in the place of a branch", async () => {
    const cwd = await repository();
    const base = await commit(cwd, { "security/roles.yml": makeFile("roles", "a: {}") });
    await commit(cwd, { "security/osac.yml": "guards: { max_deletes: 1000 }\n" });
    await git(cwd, "update-ref", "refs/remotes/origin/main", base);
    await git(cwd, "tag", "origin/main");
    await git(cwd, "branch", base);
    const whole = (await git(cwd, "rev-parse", "HEAD~1")).trim();
    const validate = (reference: string) =>
      osac(["validate", "security", `--settings-from=${reference}`], { cwd });
    for (const reference of ["origin/main", "origin/main~0", base]) {
      const { code, err } = await validate(reference);
      expect(code).toBe(3);
      expect(err).toMatch(/it is ambiguous \(refs\/.*\), write such a name in full/);
    }
    for (const reference of ["refs/remotes/origin/main", whole, whole.slice(0, 12)])
      expect(await validate(reference)).toMatchObject({ code: 0 });
  });

  test("--settings-from refuses a commit that does not exist, and a settings file that is a link", async () => {
    const cwd = await repository();
    await commit(cwd, { "security/roles.yml": makeFile("roles", "a: {}") });
    for (const reference of ["no-such-branch", "--output=x", "HEAD:security"]) {
      const { code, err } = await osac(["validate", "security", `--settings-from=${reference}`], { cwd });
      expect(code).toBe(3);
      expect(err).toContain("[no-settings-commit]");
      expect(err).toContain("fetch-depth: 0");
    }
    // A commit without settings has the defaults.
    expect(await osac(["validate", "security", "--settings-from", "HEAD"], { cwd })).toMatchObject({
      code: 0,
    });
  });
});

describe("plain http", () => {
  test("takes no login beyond this machine, unless somebody outside of the files says so", async () => {
    const at = "http://opensearch.example.invalid:9200";
    const refused = await job("", ["plan", "security", "--url", at]);
    expect(refused).toMatchObject({ code: 3, out: "" });
    expect(refused.err).toContain("[plain-http]");
    expect(refused.err).toContain("--insecure");
    const token = await job("", ["status", "--url", at], { OSAC_TOKEN: "x" });
    expect(token).toMatchObject({ code: 3 });
    const file = await job("cluster: { insecure: true }\n", ["plan", "security", "--url", at], login, true);
    expect(file).toMatchObject({ code: 3 });
    expect(file.err).toContain("[plain-http]");
    const meant = await job("", ["plan", "security", "--url", at, "--insecure"]);
    expect(meant).toMatchObject({ code: 7 });
    expect(meant.err).toContain("warning: osac sends the login to");
  });

  test.each(["localhost", "127.0.0.1", "[::1]"])("plain http on %s only causes a warning", async (host) => {
    const { code, err } = await job("", ["plan", "security", "--url", `http://${host}:1`]);
    expect(code).toBe(7);
    expect(err).toContain("warning: osac sends the login to");
  });

  test.each(["127.0.0.1.example.invalid", "localhost.example.invalid", "127.1.example.invalid"])(
    "%s is another machine",
    async (host) => {
      expect(await job("", ["plan", "security", "--url", `http://${host}`])).toMatchObject({ code: 3 });
    },
  );
});

describe("what a pull request changes about the settings that protect the cluster", () => {
  const before = [
    "guards: { max_deletes: 3 }",
    "break_glass:",
    "  - user: emergency",
    "  - dn: CN=e",
    "prune: { roles: removed }",
    "drift: { fail_on: [live, files, both, unknown, unmanaged] }",
    "status: { cert_days: 7 }",
    "",
  ].join("\n");
  const after = [
    "guards: { max_deletes: 1000000, max_delete_share: 100% }",
    "break_glass: [{ user: emergency }]",
    "prune:",
    "  roles: all",
    "ignore:",
    "  - { kind: rolesmapping, name: '*', reason: none }",
    "cluster: { url: https://evil.example, version: 2.11.1 }",
    "facts: { settings: { system_indices.enabled: true } }",
    "status: { cert_days: 8 }",
    "",
  ].join("\n");
  const changes = [
    "prune.roles: removed → all (security/osac.yml:4)",
    "ignore: + rolesmapping/*: none (security/osac.yml:6)",
    "guards.max_deletes: 3 → 1000000 (security/osac.yml:1)",
    "guards.max_delete_share: 20% → 100% (security/osac.yml:1)",
    "break_glass: - dn CN=e",
    "drift.fail_on: live, files, both, unknown, unmanaged → live, files, both, unknown, skipped, escalation",
    "cluster.url: https://localhost:9200 → https://evil.example (security/osac.yml:7)",
    "cluster.version: + 2.11.1 (security/osac.yml:7)",
    "facts.settings.system_indices.enabled: + true (security/osac.yml:8)",
  ];

  async function pullRequest(old = before, now = after) {
    const simulator = await start();
    const cwd = await repository();
    await commit(cwd, {
      "security/osac.yml": old,
      "security/roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    await commit(cwd, { "security/osac.yml": now, "security/roles.yml": roles("a", "b") });
    const env = {
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "admin",
    };
    return async (line: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
      osac(line.split(" "), { cwd, env: { ...env, ...more } });
  }

  test("stands first in the text, the Markdown and the document, and does not count", async () => {
    const run = await pullRequest();
    const text = await run("plan security --settings-from HEAD~1");
    expect(text.code).toBe(0);
    const block = `weakens or changes protective settings (${changes.length} settings, in force after the merge)`;
    const [head = "", rest = ""] = text.out.split(block);
    expect(head).not.toContain("roles");
    for (const change of changes) expect(rest.split("+ a ")[0]).toContain(`  ${change}\n`);
    expect(rest).not.toContain("cert_days");
    expect(text.out).toContain("guards.max_deletes 3 (security/osac.yml:1)");

    const markdown = await run("plan security --settings-from HEAD~1 --output markdown");
    expect(markdown.out.split("\n").filter((line) => line !== "")[1]).toContain(block);
    for (const change of changes) expect(markdown.out).toContain(`! ${change}\n`);

    const { findings, settings, settingChanges } = JSON.parse(
      (await run("plan security --settings-from HEAD~1 --output json")).out,
    );
    expect(findings.slice(0, changes.length).map(({ code }: { code: string }) => code)).toEqual(
      changes.map(() => "weakened-setting"),
    );
    expect(settings).toContainEqual({
      name: "guards.max_deletes",
      value: 3,
      at: expect.objectContaining({ file: "security/osac.yml", line: 1 }),
    });
    expect(settingChanges).toContainEqual({
      name: "ignore",
      after: { kind: "rolesmapping", name: "*", reason: "none" },
      at: expect.objectContaining({ line: 6 }),
    });
  });

  test("is said of files that meet no cluster, and by drift", async () => {
    const run = await pullRequest();
    const checked = await run("validate security --settings-from HEAD~1 --secrets opaque");
    expect(checked.out).toContain(
      "warning: this pull request weakens or changes guards.max_deletes: 3 → 1000000",
    );
    const drifted = await run("drift security --settings-from HEAD~1");
    expect(drifted.out).toContain("weakens or changes");
  });

  test("is a change where the file goes away or is new, and where it cannot be read, an error", async () => {
    const gone = await (await pullRequest(before, ""))("plan security --settings-from HEAD~1");
    expect(gone.out).toContain("break_glass: - user emergency");
    expect(gone.out).toContain("guards.max_deletes: 3 → 5\n");
    const broken = await (await pullRequest(before, "guards: [\n"))("plan security --settings-from HEAD~1");
    expect(broken).toMatchObject({ code: 3 });
  });

  test("stands before the escalation that it would allow", async () => {
    const simulator = await start();
    const cwd = await repository();
    const meta = "_meta: { type: rolesmapping, config_version: 2 }\n";
    await commit(cwd, { "osac.yml": "", "roles.yml": roles("a"), "ca.pem": simulator.caCert });
    await commit(cwd, {
      "osac.yml":
        'guards: { allow_escalation: [{ name: "security-administration/role:ops", reason: usual }] }\n',
      "roles_mapping.yml": `${meta}all_access: { backend_roles: [admin, ops] }\n`,
    });
    for (const format of ["text", "markdown"]) {
      const { code, out } = await osac(`plan --settings-from HEAD~1 --output ${format}`.split(" "), {
        cwd,
        env: administrator(simulator),
      });
      expect(code).toBe(5);
      const [weakened = -1, gained = -1] = ["guards.allow_escalation: +", "Escalations: 1"].map((text) =>
        out.indexOf(text),
      );
      expect(weakened).toBeGreaterThan(0);
      expect(gained).toBeGreaterThan(weakened);
    }
  });

  test("hides no other setting, however many values one has", async () => {
    const rules = Array.from({ length: 60 }, (_, index) => ({
      kind: "tenants",
      name: `t${index}`,
      reason: "r",
    }));
    const approval = { name: "everything/role:ops", reason: "usual" };
    const flood = JSON.stringify({ ignore: rules, guards: { allow_escalation: [approval] } });
    const { out } = await (await pullRequest("", flood))("plan security --settings-from HEAD~1");
    expect(out).toContain("guards.allow_escalation: + everything/role:ops");
    expect(out).toContain("… and 21 more");
  });

  test("shows which targets there are, in which order they are written, and with whose approval", async () => {
    const simulator = await start();
    const cwd = await repository();
    const target = (group: string, environment: string): object => ({
      group,
      labels: { environment },
      cluster: { url: simulator.url },
    });
    const { canary, prod } = { canary: target("canary", "canary"), prod: target("prod", "prod-reviewed") };
    await commit(cwd, {
      "osac.yml": JSON.stringify({ order: ["canary", "prod"], targets: { canary, prod, old: prod } }),
      "roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    const moved = { ...target("prod", "prod-open"), cluster: { url: simulator.url, shared: true } };
    await commit(cwd, {
      "osac.yml": JSON.stringify({
        order: ["prod", "canary"],
        targets: { canary, prod: moved, late: canary },
      }),
    });
    const { out } = await osac("plan --target prod --settings-from HEAD~1".split(" "), {
      cwd,
      env: { ...administrator(simulator), OSAC_URL: "" },
    });
    for (const change of [
      "cluster.shared: false → true",
      "order: canary, prod → prod, canary",
      "targets.prod.labels.environment: prod-reviewed → prod-open",
      `targets.late: + ${simulator.url}`,
      `targets.old: - ${simulator.url}`,
    ])
      expect(out.split("  + a")[0]).toContain(`  ${change}`);
  });

  const ofTargets = [
    "targets.b.guards.max_deletes: 5 → 999",
    "targets.added.cluster.insecure: false → true",
    "targets.added.prune.roles: removed → all",
  ];

  test("shows what changes for every target, also for a new one, in the plan of each", async () => {
    const { run } = await changedTargets();
    const { code, out } = await run("plan --target a");
    expect(code).toBe(0);
    for (const change of ofTargets) expect(out.split("  + a")[0]).toContain(`  ${change}`);
  });

  test("is shown by a plan that fails", async () => {
    const { run } = await changedTargets();
    const { code, err } = await run("plan --target b --timeout 1");
    expect(code).toBe(7);
    for (const change of ofTargets) expect(err).toContain(change.replace("targets.b.", ""));
  });

  test("is shown by the comment about many clusters, whatever their reports say", async () => {
    const { cwd, run } = await changedTargets();
    const report = JSON.parse((await run("plan --target a --output json")).out) as object;
    await write(cwd, { "reports/a.json": JSON.stringify({ ...report, settingChanges: [] }) });
    const { out } = await run("report merge reports --output markdown");
    const [head = ""] = out.split("| target |");
    for (const change of ofTargets) expect(head).toContain(`! ${change}`);
  });

  test("is not hidden by many labels", async () => {
    const labels = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`l${index}`, "x"]));
    const { cwd, run } = await changedTargets({ ...labels, environment: "open" });
    const { out } = await run("plan --target a");
    await write(cwd, { "reports/.keep": "" });
    const merged = await run("report merge reports --output markdown");
    for (const change of [...ofTargets, "targets.b.labels.environment: + open"]) {
      expect(out).toContain(`  ${change}`);
      expect(merged.out).toContain(`! ${change}`);
    }
  });

  test.for(["plan", "validate"])("that removes a target leaves nothing to %s for it", async (command) => {
    const { run, simulator } = await changedTargets();
    const { code, out, err } = await run(`${command} --target gone`);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain(
      "the files no longer declare the target gone. After the merge, no run changes its cluster [target-removed]",
    );
    expect(err).toContain("targets.b.guards.max_deletes: 5 → 999");
    expect(simulator.requests).toEqual([]);
    expect((await run(`${command} --target gone --strict`)).code).toBe(3);
    const markdown = await run(
      `${command} --target gone --output ${command === "plan" ? "markdown" : "json"}`,
    );
    expect(markdown.out).toContain("After the merge, no run changes its cluster");
  });

  test("refuses the plan that was reviewed without it: by its id, and as a file", async () => {
    const run = await pullRequest();
    const planned = await run("plan security --settings-from HEAD~1 --out plan.json --output json");
    const { planId } = JSON.parse(planned.out) as { planId: string };
    const byId = `apply security --yes --expect-plan ${planId}`;
    const other = await run(byId);
    expect(other).toMatchObject({ code: 4 });
    expect(other.err).toContain("[other-plan]");
    const byFile = await run("apply security --yes --plan plan.json");
    expect(byFile).toMatchObject({ code: 4 });
    expect(byFile.err).toContain("[other-settings]");
    expect(byFile.err.replaceAll(/\s+/g, " ")).toContain("guards, break_glass".split(",")[0]);
    expect(await run(`${byId} --settings-from HEAD~1`)).toMatchObject({ code: 0 });
  });

  test("a pull request that changes no protective setting leaves the id as it is; comments in the file do not count", async () => {
    const run = await pullRequest(before, `# Said otherwise.\n${before.replace("7", "8")}`);
    const ids = await Promise.all(
      ["plan security --output json", "plan security --settings-from HEAD~1 --output json"].map(
        async (line) => (JSON.parse((await run(line)).out) as { planId: string }).planId,
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect((await run("plan security --settings-from HEAD~1")).out).not.toContain("weakens");
  });
});

describe("what access tests said at the base, and say no more", () => {
  const testsFile = "security/access_tests/logs.yml";
  const before = [
    "tests:",
    "  - subject: role:analysts",
    "    cannot: { search: [secrets, hr] }",
    "  - { subject: role:analysts, can: { search: logs-1 } }",
    "  - { subject: user:carol, only: { search: logs-1 } }",
    "",
  ].join("\n");

  async function planAgainstBase(change: (path: string) => Promise<unknown>): Promise<readonly unknown[]> {
    const cluster = await start();
    const path = await repository();
    const files = { "security/roles.yml": roles("a"), [testsFile]: before, "ca.pem": cluster.caCert };
    await commit(path, files);
    await change(path);
    const argv = ["plan", "security", "--settings-from", "HEAD", "--output", "json"];
    const { out } = await osac(argv, { cwd: path, env: administrator(cluster) });
    const { settingChanges = [] } = JSON.parse(out) as { settingChanges?: { before: unknown }[] };
    return settingChanges.map((one) => one.before);
  }

  test("is shown as a weakening, whether they are deleted, or say less", async () => {
    const all = [
      "role:analysts cannot search: secrets",
      "role:analysts cannot search: hr",
      "role:analysts can search: logs-1",
      "user:carol can only search: logs-1",
    ];
    expect(await planAgainstBase(async (path) => rm(join(path, testsFile)))).toEqual(all);
    const layers = { "security/osac.yml": "layers: [base]\n", "security/base/roles.yml": roles("a") };
    expect(await planAgainstBase(async (path) => write(path, layers))).toEqual(all);
    const weaker = before
      .replace("[secrets, hr]", "[hr]")
      .replace("only: { search: logs-1", "only: { search: logs-*");
    expect(await planAgainstBase(async (path) => write(path, { [testsFile]: weaker }))).toEqual([
      all[0],
      all[3],
    ]);
  });

  test("is not shown where other tests say the same, and more", async () => {
    const [, ...rest] = before.split("\n");
    const moved = `tests:\n  - { subject: role:b, can: { search: x } }\n${rest.join("\n")}`;
    const move = async (path: string): Promise<void> => {
      await rm(join(path, testsFile));
      await write(path, { "security/access_tests/other.yml": moved });
    };
    expect(await planAgainstBase(move)).toEqual([]);
  });
});

test("osac.yml belongs to the files that a saved plan is bound to", async () => {
  const simulator = await start();
  const cwd = await folder({
    "security/osac.yml": "status: { cert_days: 7 }\n",
    "security/roles.yml": roles("a"),
    "ca.pem": simulator.caCert,
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  expect(await osac(["plan", "security", "--out", "plan.json"], { cwd, env })).toMatchObject({ code: 0 });
  await write(cwd, { "security/osac.yml": "status: { cert_days: 8 }\n" });
  const { code, err } = await osac(["apply", "security", "--plan", "plan.json", "--yes"], { cwd, env });
  expect(code).toBe(4);
  expect(err).toContain("[other-files]");
});

test("the id of a plan binds who applies it and until when, as osac.yml says", async () => {
  const simulator = await start();
  const idUnder = async (settings: string): Promise<string> => {
    const cwd = await folder({
      "security/osac.yml": settings,
      "security/roles.yml": roles("a"),
      "ca.pem": simulator.caCert,
    });
    const { out } = await osac(["plan", "security", "--output", "json"], {
      cwd,
      env: administrator(simulator),
    });
    return (JSON.parse(out) as { planId: string }).planId;
  };
  const settings = [
    "{}",
    "plan: { expires: 8760 }",
    "cluster: { username: somebody }",
    "status: { cert_days: 8 }",
  ];
  const [usual, expires, username, unrelated] = await Promise.all(settings.map(idUnder));
  expect(unrelated).toBe(usual);
  expect(new Set([usual, expires, username]).size).toBe(3);
});

describe("a file of the pull request has nobody's password tried", () => {
  test("passwords.verify of a pull request tries no password", async () => {
    const simulator = await start({ users: { victim: { password: "Winter2026x-secret" } } });
    const cwd = await folder({
      "security/osac.yml": "passwords: { verify: true }\n",
      "security/internal_users.yml": makeFile("internalusers", "victim: { password: '${env.GUESS}' }"),
      "ca.pem": simulator.caCert,
    });
    const env = { ...administrator(simulator), GUESS: "Winter2026x-secret" };
    const { code, err } = await osac(["plan", "security"], { cwd, env });
    expect(code).toBe(0);
    expect(err).toContain("[setting-without-effect]");
    expect(err).toContain("security/osac.yml:1");
    expect(err).not.toContain("logged in once as");
    const vouched = await osac(["plan", "security", "--config", "security/osac.yml"], { cwd, env });
    expect(vouched.err).toContain("1 right");
  });

  test.each(["Winter${env.REST}", "${file:guess.txt}"])(
    "no password is tried with %s, whoever asks for it",
    async (password) => {
      const simulator = await start({ users: { victim: { password: "Winter2026x-secret" } } });
      const cwd = await folder({
        "security/internal_users.yml": makeFile("internalusers", `victim: { password: "${password}" }`),
        "security/guess.txt": "Winter2026x-secret",
        "ca.pem": simulator.caCert,
      });
      const env = { ...administrator(simulator), REST: "2026x-secret" };
      const { err } = await osac(["plan", "security", "--verify-passwords"], { cwd, env });
      expect(err).toContain("[passwords-not-tried]");
      expect(err).not.toContain("logged in once as");
      expect(simulator.requests.filter(({ status }) => status === 401)).toEqual([]);
    },
  );
});

describe("what osac.yml has written or read lies beside the files", () => {
  const bashrc = "# mine\n";
  async function beside(
    settings: string,
    argv: readonly string[],
    links: Readonly<Record<string, string>> = {},
  ) {
    const simulator = await start();
    const cwd = await folder({
      "work/security/osac.yml": settings,
      "work/security/tenants.yml": makeFile("tenants", "'$(touch pwned) `id`': {}"),
      "work/ca.pem": simulator.caCert,
      "victim/.bashrc": bashrc,
      "victim/empty": "",
    });
    for (const [path, target] of Object.entries(links)) await symlink(target, join(cwd, path));
    const ran = await osac(argv, {
      cwd: join(cwd, "work"),
      env: { ...administrator(simulator), OSAC_BACKUP: "" },
    });
    expect(await readFile(join(cwd, "victim/.bashrc"), "utf8")).toBe(bashrc);
    expect(await readFile(join(cwd, "victim/empty"), "utf8")).toBe("");
    return { ...ran, cwd, simulator };
  }
  const apply = ["apply", "security", "--yes"];
  const drift = ["drift", "security"];

  test.each([
    ["apply: { audit_log: ../../victim/.bashrc }", apply],
    ["apply: { audit_log: ../../victim/new }", apply],
    ["apply: { audit_log: /tmp/osac-hostile-audit.log }", apply],
    ["apply: { audit_log: ../.git/hooks/post-checkout }", apply],
    ["drift: { metrics: ../../victim/.bashrc }", drift],
    ["backup: { directory: ../../victim }", apply],
    ["facts: { names: ../../victim/.bashrc }", ["plan", "security"]],
    ["facts: { names: /dev/zero }", ["validate", "security"]],
    [
      "facts: { names: /proc/self/environ }",
      ["access", "explain", "user:a", "search", "index:b", "security"],
    ],
  ])("%s is refused", async (settings, argv) => {
    const { code, err, simulator } = await beside(settings, argv);
    expect(code).toBe(3);
    expect(err).toContain("[path-outside-directory]");
    expect(err).toContain("security/osac.yml:1");
    expect(simulator.requests).toEqual([]);
  });

  test.each([
    ["apply: { audit_log: log }", apply, { "work/security/log": "../../victim/empty" }],
    ["apply: { audit_log: logs/log }", apply, { "work/security/logs": "../../victim" }],
    ["apply: { audit_log: log }", apply, { "work/security/log": "../../victim/absent" }],
    ["backup: { directory: kept }", apply, { "work/security/kept": "../../victim" }],
    ["drift: { metrics: m.prom }", drift, { "work/security/m.prom": "../../victim/empty" }],
    ["facts: { names: n }", ["plan", "security"], { "work/security/n": "../../victim/empty" }],
  ])("%s through a link is refused", async (settings, argv, links) => {
    expect(await beside(settings, argv, links)).toMatchObject({ code: 3 });
  });

  test("files that osac.yml names hold nothing that a shell would run", async () => {
    const { code, cwd } = await beside("apply: { audit_log: audit.log }", apply);
    expect(code).toBe(0);
    const log = await readFile(join(cwd, "work/security/audit.log"), "utf8");
    expect(log).not.toMatch(/[$`]/);
    expect(JSON.parse(log.split("\n")[0]!)).toMatchObject({ name: "$(touch pwned) `id`" });
  });

  test.each([
    ["--audit-log", "apply", "#!/bin/sh\n"],
    ["--audit-log", "apply", '{"key": 1}\n'],
    ["--metrics", "drift", "ssh-ed25519 AAAA\n"],
  ])("%s takes no file that is something else (osac %s)", async (flag, command, text) => {
    const simulator = await start();
    const cwd = await folder({
      "security/tenants.yml": makeFile("tenants", "a: {}"),
      "ca.pem": simulator.caCert,
      other: text,
    });
    const argv = [command, "security", ...(command === "apply" ? ["--yes"] : []), flag, "other"];
    const { code, err } = await osac(argv, { cwd, env: administrator(simulator) });
    expect(code).not.toBe(0);
    expect(err).toContain("[unwritable-file]");
    expect(await readFile(join(cwd, "other"), "utf8")).toBe(text);
    expect(simulator.stored("tenants")).not.toHaveProperty("a");
  });
});

describe("the command that a plan suggests", () => {
  test("runs as it is printed: it reaches the same cluster with the same settings", async () => {
    const simulator = await start();
    const cwd = await folder({
      "my files/roles.yml": roles("a"),
      "job/osac.yml": "guards: { max_deletes: 7 }\n",
      "ca.pem": simulator.caCert,
      pw: "admin\n",
    });
    const flags = ["--config", "job/osac.yml", "--url", simulator.url, "--ca-cert", "ca.pem"];
    const login = ["--username", "admin", "--password-file", "pw"];
    const shown = ["--output", "markdown", "--timeout", "20", "--detailed-exitcode"];
    const planned = await osac(["plan", "my files", ...flags, ...login, ...shown], { cwd });
    expect(planned.code).toBe(2);
    const [, line = ""] = /^ {4}osac (apply .*)$/m.exec(planned.out)!;
    expect(line).not.toMatch(/--output|--detailed/);
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
    expect(await osac([...words, "--yes"], { cwd })).toMatchObject({ code: 0 });
    expect(simulator.stored("roles")).toHaveProperty("a");
  });

  test("the command that a saved plan suggests leaves out what the plan carries", async () => {
    const simulator = await start();
    const cwd = await folder({ "security/roles.yml": roles("a"), "ca.pem": simulator.caCert });
    const { OSAC_URL: url, ...env } = administrator(simulator);
    const argv = ["plan", "security", "--url", url, "--max-deletes", "9", "--out", "plan.json"];
    const { out } = await osac(argv, { cwd, env });
    expect(out).toContain(`osac apply security --url=${url} --plan plan.json\n`);
  });
});
