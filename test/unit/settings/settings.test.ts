import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { options, type OptionName } from "../../../src/settings/options.ts";
import { readSettings } from "../../../src/settings/read-settings.ts";
import { OsacError } from "../../../src/errors.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

type Flags = Partial<Record<OptionName, string[]>>;

async function read(cwd: string, flags: Flags = {}, env: Record<string, string> = {}, directory = ".") {
  return readSettings(
    {
      options: Object.keys(options) as OptionName[],
      outputs: ["text", "json"],
      flags: new Map(Object.entries(flags)) as ReadonlyMap<OptionName, string[]>,
      directory,
    },
    env,
    cwd,
    true,
  );
}

async function refusal(...args: Parameters<typeof read>): Promise<string[]> {
  const error: unknown = await read(...args).catch((reason: unknown) => reason);
  if (!(error instanceof OsacError)) throw new Error("it was not refused");
  expect(error.reason).toBe("input");
  return error.findings.map(({ at, message }) =>
    at ? `${at.file}:${at.line}:${at.column}: ${message}` : message,
  );
}

async function timeout(...args: Parameters<typeof read>): Promise<number> {
  return (await read(...args)).settings.timeout;
}

describe("precedence", () => {
  test("a flag wins over the environment, that over osac.yml, that over the default", async () => {
    const cwd = await folder({ "osac.yml": "cluster: {timeout: 3}\n" });

    expect(await timeout(cwd, { timeout: ["1"] }, { OSAC_TIMEOUT: "2" })).toBe(1);
    expect(await timeout(cwd, {}, { OSAC_TIMEOUT: "2" })).toBe(2);
    expect(await timeout(cwd)).toBe(3);
    expect(await timeout(await folder({}))).toBe(30);
  });

  test("an empty variable counts as not set", async () => {
    expect((await read(await folder({}), {}, { OSAC_URL: "" })).settings.url).toBe("https://localhost:9200");
  });

  test("a switch in osac.yml can be turned off", async () => {
    const cwd = await folder({ "osac.yml": "strict: true\n" });
    expect((await read(cwd)).settings.strict).toBe(true);
    expect((await read(cwd, {}, { OSAC_STRICT: "0" })).settings.strict).toBe(false);
  });

  test("every key of osac.yml is read", async () => {
    const cwd = await folder({
      "osac.yml": [
        "kinds: [roles, tenants]",
        "strict: true",
        "verbose: true",
        "prune: {roles: all, tenants: {mode: removed, include: ['team-*'], exclude: ['*-shared']}}",
        "history: {paths: [old/security]}",
        "cluster: {url: https://a:1, username: u, password_file: p, client_cert: c, client_key: k, ca_cert: ca,",
        "  insecure: true, timeout: 1.5, api_prefix: _opendistro/_security}",
        "passwords: {algorithm: argon2, cost: 3}",
        "guards: {max_deletes: 7, max_delete_share: 12.5%, allow_delete: [{name: roles/a, reason: b}, tenants/c]}",
        "ignore: [{kind: roles, name: a, reason: b}, {kind: config, name: config, field: dynamic/authc/a~1b, reason: c}]",
        "drift: {fail_on: [unmanaged, live], metrics: osac.prom}",
        "status: {cert_days: 7}",
      ].join("\n"),
    });
    expect((await read(cwd)).settings).toMatchObject({
      kinds: ["tenants", "roles"],
      strict: true,
      verbose: true,
      prune: {
        roles: { mode: "all", include: ["*"], exclude: [] },
        tenants: { mode: "removed", include: ["team-*"], exclude: ["*-shared"] },
      },
      historyPaths: ["old/security"],
      url: "https://a:1",
      username: "u",
      passwordFile: join(cwd, "p"),
      clientCert: join(cwd, "c"),
      clientKey: join(cwd, "k"),
      caCert: join(cwd, "ca"),
      insecure: true,
      timeout: 1.5,
      apiPrefix: "_opendistro/_security",
      passwordAlgorithm: "argon2",
      passwordCost: 3,
      maxDeletes: 7,
      maxDeleteShare: "12.5%",
      allowDelete: [
        { address: "roles/a", reason: "b", setBy: "osac.yml:9", isFlag: false },
        { address: "tenants/c", setBy: "osac.yml:9", isFlag: false },
      ],
      ignore: [
        { kind: "roles", name: "a", reason: "b", setBy: "osac.yml:10" },
        {
          kind: "config",
          name: "config",
          field: ["dynamic", "authc", "a/b"],
          reason: "c",
          setBy: "osac.yml:10",
        },
      ],
      failOn: ["live", "unmanaged"],
      metrics: join(cwd, "osac.prom"),
      certDays: 7,
    });
  });
});

describe("osac.yml", () => {
  test("stands in the directory of files, and paths in it are relative to it", async () => {
    const cwd = await folder({ "live/osac.yml": "cluster: {ca_cert: ca.pem}\n" });
    const { settings } = await read(cwd, {}, {}, "live");
    expect(settings).toMatchObject({
      caCert: join(cwd, "live/ca.pem"),
      directory: join(cwd, "live"),
      directoryName: "live",
    });
  });

  test("may be another file, which then must exist", async () => {
    const cwd = await folder({
      "osac.yml": "strict: true\n",
      "ci/other.yml": "cluster: {ca_cert: ca.pem}\n",
    });
    const { settings } = await read(cwd, { config: ["ci/other.yml"] });
    expect(settings).toMatchObject({ strict: false, caCert: join(cwd, "ci/ca.pem") });
    expect(await refusal(cwd, { config: ["no.yml"] })).toEqual(['--config: there is no file "no.yml"']);
  });

  test("an osac.yml of comments alone is valid", async () => {
    await expect(read(await folder({ "osac.yml": "# later\n" }))).resolves.toBeDefined();
  });

  test("everything wrong in it is said with its place", async () => {
    const cwd = await folder({
      "c/osac.yml":
        "cluster:\n  urll: x\n  timeout: soon\nprune:\n  role: all\n  roles: some\nkinds: roles\nclustre: {}\n",
    });
    expect((await refusal(cwd, {}, {}, "c")).toSorted()).toEqual([
      "c/osac.yml:2:3: unknown setting cluster.urll",
      'c/osac.yml:3:3: cluster.timeout: expected a number, found "soon"',
      "c/osac.yml:5:3: unknown setting prune.role",
      'c/osac.yml:6:3: prune.roles: expected one of never, removed, all, found "some"',
      'c/osac.yml:7:1: kinds: expected a list, found "roles"',
      "c/osac.yml:8:1: unknown setting clustre",
    ]);
  });

  test("a setting that is a flag, too, is refused in the same words", async () => {
    const cwd = await folder({ "osac.yml": "cluster: {url: ftp://a/b}\nguards: {max_deletes: -1}\n" });
    expect(await refusal(cwd)).toEqual([
      expect.stringMatching(/^osac.yml:1:11: cluster.url: expected a url .*, found "ftp:\/\/a\/b"$/),
      expect.stringMatching(/^osac.yml:2:10: guards.max_deletes: expected .* from 0 .*, found "-1"$/),
    ]);
    const url = await folder({ "osac.yml": "cluster: {url: https://ann:geheim@host}\n" });
    expect(await refusal(url)).toEqual([expect.stringMatching(/cluster.url: a url must not carry a user/)]);
  });

  test("guards are said to be wrong with their place", async () => {
    const cwd = await folder({
      "osac.yml": "guards:\n  max_delete_share: 150%\n  allow_delete:\n    - roles/a\n    - roles/*\n",
    });
    expect(await refusal(cwd)).toEqual([
      'osac.yml:2:3: guards.max_delete_share: expected a share from 0% to 100%, such as 20%, found "150%"',
      'osac.yml:5:7: guards.allow_delete: expected one name, and no pattern, found "roles/*"',
    ]);
    const numbers = await folder({ "osac.yml": "guards: {max_delete_share: 20}\n" });
    expect(await refusal(numbers)).toEqual([
      "osac.yml:1:10: guards.max_delete_share: expected a text, found 20",
    ]);
  });

  test("more ignore rules than anybody writes are refused, for each is tried on every entity", async () => {
    const rule = "  - { kind: roles, name: a, reason: b }\n";
    const ran = await osac(["plan"], { cwd: await folder({ "osac.yml": `ignore:\n${rule.repeat(1001)}` }) });
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/osac\.yml:1002:5: .*expected at most 1000 rules/);
  });

  test("ignore rules need a kind, a name, a field that there is, and a reason", async () => {
    const cwd = await folder({
      "osac.yml": [
        "ignore:",
        "  - {kind: roles, name: a}",
        "  - {kind: role, name: a, reason: b}",
        "  - {kind: roles, name: a, reason: b, path: c}",
        "",
      ].join("\n"),
    });
    expect(await refusal(cwd)).toEqual([
      "osac.yml:2:5: ignore.0: reason is missing",
      expect.stringMatching(/^osac.yml:3:6: ignore.1.kind: expected one of .* roles, .*, found "role"/),
      "osac.yml:4:39: unknown setting ignore.2.path",
    ]);
    const fields = await folder({
      "osac.yml": [
        "ignore:",
        "  - {kind: roles, name: a, field: descripton, reason: b}",
        "  - {kind: config, name: config, field: /dynamic, reason: b}",
        "",
      ].join("\n"),
    });
    expect(await refusal(fields)).toEqual([
      expect.stringMatching(/^osac.yml:2:5: ignore: expected one of description, .*"descripton"/),
    ]);
  });

  test("a flag allows one more name, and takes none back", async () => {
    const cwd = await folder({ "osac.yml": "guards: {allow_delete: [roles/a]}\n" });
    const { settings } = await read(cwd, { allowDelete: ["roles/b", String.raw`roles/\*`] });
    expect(settings.allowDelete.map(({ address }) => address)).toEqual(["roles/a", "roles/b", "roles/*"]);
  });

  test("the place of a setting of osac.yml is known", async () => {
    const cwd = await folder({ "c/osac.yml": "guards:\n  max_deletes: 7\n" });
    const { settings } = await read(cwd, { maxDeleteShare: ["5%"] }, { OSAC_URL: "https://a" }, "c");
    expect(settings.setBy).toEqual({
      maxDeletes: "c/osac.yml:2",
      maxDeleteShare: "--max-delete-share",
      url: "OSAC_URL",
    });
  });

  test("a flag changes how a kind is pruned, and not which of its names", async () => {
    const cwd = await folder({
      "osac.yml": "prune:\n  roles: {mode: removed, include: ['team-*']}\n  tenants: {exclude: [x]}\n",
    });
    const { settings } = await read(cwd, { prune: ["roles=all", "nodesdn=all"] });
    expect(settings.prune).toEqual({
      roles: { mode: "all", include: ["team-*"], exclude: [] },
      tenants: { mode: "never", include: ["*"], exclude: ["x"] },
      nodesdn: { mode: "all", include: ["*"], exclude: [] },
    });
  });

  test("osac.yml accepts no secrets", async () => {
    const cwd = await folder({ "osac.yml": "cluster: {username: u, password: geheim}\n" });
    const messages = await refusal(cwd);
    expect(messages).toEqual([expect.stringContaining("unknown setting cluster.password")]);
    expect(messages.join()).not.toContain("geheim");
  });

  test("that is no YAML, no mapping or no file is refused", async () => {
    expect(await refusal(await folder({ "osac.yml": "a: [\n" }))).toHaveLength(1);
    expect(await refusal(await folder({ "osac.yml": "- a\n" }))).toEqual([
      "osac.yml:1:1: osac.yml: expected a map, found a list",
    ]);
    expect(await refusal(await folder({ "osac.yml/x": "" }))).toEqual([
      "osac.yml:1:1: osac.yml is not a file",
    ]);
  });
});

describe("logging in", () => {
  const alone = "has no effect alone";

  test("a stronger place wins over a weaker one", async () => {
    const cwd = await folder({ "osac.yml": "cluster: {username: u, password_file: p}\n" });
    const { settings } = await read(cwd, {}, { OSAC_TOKEN: "t" });
    expect(settings.token?.reveal()).toBe("t");
    expect(settings).toMatchObject({ username: undefined, passwordFile: undefined });

    const other = await read(cwd, { passwordFile: ["-"] }, { OSAC_PASSWORD: "x" });
    expect(other.settings).toMatchObject({ username: "u", passwordFile: "-", password: undefined });
  });

  test("two ways from one place are refused", async () => {
    const cwd = await folder({});
    const env = { OSAC_USERNAME: "u", OSAC_PASSWORD: "p" };
    expect(await refusal(cwd, {}, { ...env, OSAC_TOKEN: "t" })).toEqual([
      "OSAC_USERNAME and OSAC_TOKEN are two ways to log in",
    ]);
    expect(await refusal(cwd, {}, { ...env, OSAC_PASSWORD_FILE: "f" })).toEqual([
      "OSAC_PASSWORD and OSAC_PASSWORD_FILE are two ways to log in",
    ]);
  });

  test("half a login is refused", async () => {
    const cwd = await folder({});
    expect(await refusal(cwd, { username: ["u"] })).toEqual([`--username ${alone}`]);
    expect(await refusal(cwd, {}, { OSAC_PASSWORD: "p" })).toEqual([`OSAC_PASSWORD ${alone}`]);
    expect(await refusal(cwd, { clientCert: ["c"] })).toEqual([`--client-cert ${alone}`]);
    expect(await refusal(cwd, { clientKey: ["c"] })).toEqual([`--client-key ${alone}`]);
  });

  test("a client certificate and a user may be given together", async () => {
    const env = { OSAC_USERNAME: "u", OSAC_PASSWORD: "p", OSAC_CLIENT_CERT: "c", OSAC_CLIENT_KEY: "k" };
    expect((await read(await folder({}), {}, env)).settings).toMatchObject({
      username: "u",
      clientCert: expect.any(String),
    });
  });

  test("a password is shown nowhere", async () => {
    const { settings } = await read(await folder({}), {}, { OSAC_USERNAME: "u", OSAC_PASSWORD: "geheim" });
    expect(JSON.stringify(settings) + String(settings.password)).not.toContain("geheim");
  });
});

test("a variable that is no setting is warned of, with the nearest one", async () => {
  const { findings } = await read(await folder({}), {}, { OSAC_URLL: "x", OSAC_FROBNICATE: "x", OTHER: "x" });
  expect(findings.map(({ severity, message, hint }) => [severity, message, hint])).toEqual([
    ["warning", "the environment has OSAC_FROBNICATE, which is no setting of osac", undefined],
    ["warning", "the environment has OSAC_URLL, which is no setting of osac", "did you mean OSAC_URL?"],
  ]);
});

test("a variable that an export left to the environment is no setting, and not warned of", async () => {
  const env = { OSAC_HASH_GRAFANA: "x", OSAC_CONFIG_AUTHC_LDAP_PASSWORD: "x", OSAC_INTERNALUSERS_A_B: "x" };
  expect((await read(await folder({}), {}, env)).findings).toEqual([]);
});

test("an output that the command does not know is refused wherever it comes from", async () => {
  expect(await refusal(await folder({}), {}, { OSAC_OUTPUT: "markdown" })).toEqual([
    'OSAC_OUTPUT: expected one of text, json, found "markdown"',
  ]);
});

test("no secret has a flag or a key", () => {
  for (const name of ["password", "token"] as const) expect(options[name]).not.toHaveProperty("flag");
  for (const name of ["password", "token"] as const) expect(options[name]).not.toHaveProperty("key");
});
