import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connectionFindings } from "../../../src/settings/pinned-settings.ts";
import { folder } from "../../support/folder.ts";
import { formatFinding } from "../../support/refusal.ts";
import { listRefusals, readRun, type Given } from "./run-settings.ts";

const token = { OSAC_TOKEN: "a-token" };
const trust =
  "or pass --config osac.yml to trust the whole file, or --settings-from REF to read it from a reviewed commit";
const why = "controls the login, and a pull request can change this file: osac refuses it without a terminal";

describe("a job does not log in with what osac.yml decides", () => {
  test.for([
    ["cluster: { url: https://evil }\n", "cluster.url", "--url URL, or OSAC_URL"],
    ["cluster: { ca_cert: x }\n", "cluster.ca_cert", "--ca-cert PATH, or OSAC_CA_CERT"],
    ["cluster: { insecure: true }\n", "cluster.insecure", "--insecure, or OSAC_INSECURE"],
    ["cluster: { token_file: x }\n", "cluster.token_file", "--token-file PATH, or OSAC_TOKEN_FILE", {}],
    [
      "cluster: { api_prefix: _opendistro/_security }\n",
      "cluster.api_prefix",
      "--api-prefix _plugins/_security|_opendistro/_security, or OSAC_API_PREFIX",
    ],
  ] as [string, string, string, Record<string, string>?][])("%j", async ([text, key, how, env = token]) => {
    const cwd = await folder({ "osac.yml": text });
    expect(await listRefusals(cwd, { env })).toEqual([
      `[unpinned-setting] osac.yml:1:12: ${key} ${why} | set it outside of the files: ${how}; ${trust}`,
    ]);
  });

  test("for a target, its own variable alone is named", async () => {
    const cwd = await folder({ "osac.yml": "targets: { eu: { cluster: { url: https://evil } } }\n" });
    const [error] = await listRefusals(cwd, { env: token, flags: { target: ["eu"] } });
    expect(error).toContain("set it outside of the files: OSAC_TARGET_EU_URL; ");
  });

  test.for<[string, string, Given]>([
    ["without a login", "cluster: { url: https://a }\n", {}],
    ["at a terminal", "cluster: { url: https://a }\n", { env: token, isAttended: true }],
    ["with a trusted file", "cluster: { url: https://a }\n", { env: token, flags: { config: ["osac.yml"] } }],
    [
      "with an address of its own",
      "cluster: { url: https://a }\n",
      { env: { ...token, OSAC_URL: "https://b" } },
    ],
    ["with the default", "cluster: { url: https://localhost:9200, insecure: false }\n", { env: token }],
    ["with other settings", "cluster: { timeout: 3 }\nstrict: true\n", { env: token }],
  ])("but %s it does", async ([, text, given]) => {
    await expect(readRun(await folder({ "osac.yml": text }), given)).resolves.toBeDefined();
  });

  test.for(["true", "1", "TRUE"])(
    "a person who asked for a quiet run (%s) sees no address",
    async (quiet) => {
      const cwd = await folder({ "osac.yml": "cluster: { url: https://evil }\n" });
      const given = { env: token, isAttended: true };
      expect(await listRefusals(cwd, { ...given, flags: { quiet: [quiet] } })).toHaveLength(1);
      for (const loud of ["false", "0"])
        await expect(readRun(cwd, { ...given, flags: { quiet: [loud] } })).resolves.toBeDefined();
    },
  );
});

describe("passwords are not tried because osac.yml says so", () => {
  const text = "passwords: { verify: true, cost: 4 }\n";

  test("unless the file is trusted, or the run itself says it", async () => {
    const cwd = await folder({ "osac.yml": text });
    const { settings, findings } = await readRun(cwd);
    expect(settings).toMatchObject({ verifyPasswords: false, passwordCost: 4 });
    expect(findings.map(formatFinding)).toEqual([
      `[setting-without-effect] osac.yml:1:14: passwords.verify is not used: a pull request can change this file, and could make osac try passwords | set it outside of the files: --verify-passwords, or OSAC_VERIFY_PASSWORDS; ${trust}`,
    ]);
    const trusted = await readRun(cwd, { flags: { config: ["osac.yml"] } });
    expect(trusted).toMatchObject({ settings: { verifyPasswords: true }, findings: [] });
    const said = await readRun(cwd, { env: { OSAC_VERIFY_PASSWORDS: "1" } });
    expect(said).toMatchObject({ settings: { verifyPasswords: true }, findings: [] });
  });

  test("and a file that says what is usual is no finding", async () => {
    const { findings } = await readRun(await folder({ "osac.yml": "passwords: { verify: false }\n" }));
    expect(findings).toEqual([]);
  });
});

const outside = (name: string, path: string, harm: string, how: string, column: number): string =>
  `[path-outside-directory] osac.yml:1:${column}: ${name} names ${path}, which is outside the directory of the run, in .git, or behind a link: a pull request could make osac ${harm} | name it outside of the files: ${how}; ${trust}`;

describe("osac.yml names no path outside of the directory", () => {
  test.for([
    [
      "drift: { metrics: /etc/x }\n",
      "drift.metrics",
      "/etc/x",
      "overwrite other files",
      "--metrics PATH, or OSAC_METRICS",
      10,
    ],
    [
      "facts: { names: /etc/x }\n",
      "facts.names",
      "/etc/x",
      "read other files",
      "--facts PATH, or OSAC_FACTS",
      10,
    ],
    [
      "backup: { directory: /etc/x }\n",
      "backup.directory",
      "/etc/x",
      "overwrite other files",
      "--backup PATH, or OSAC_BACKUP",
      11,
    ],
  ] as const)("%j", async ([text, name, path, harm, how, column]) => {
    const cwd = await folder({ "osac.yml": text });
    expect(await listRefusals(cwd)).toEqual([outside(name, path, harm, how, column)]);
  });

  test.for(["..", ".", "../beside", ".git/config", "a/.git/x", "link/x", "link", "a/../.."])(
    "%s is refused",
    async (path) => {
      const cwd = await folder({ "osac.yml": `drift: { metrics: ${path} }\n`, "a/b": "" });
      await mkdir(join(cwd, "real"));
      await symlink("real", join(cwd, "link"));
      expect((await listRefusals(cwd)).join("\n")).toContain("[path-outside-directory]");
    },
  );

  test.for(["x.prom", "new/x.prom", "a/b/x.prom", "..x"])("%s is not", async (path) => {
    const cwd = await folder({ "osac.yml": `drift: { metrics: ${path} }\n`, "a/b/c": "" });
    expect((await readRun(cwd)).settings.metrics).toBe(join(cwd, path));
  });

  test("nor are others, if a flag names it or the file is trusted", async () => {
    const cwd = await folder({ "osac.yml": "drift: { metrics: /etc/x }\n" });
    expect((await readRun(cwd, { flags: { config: ["osac.yml"] } })).settings.metrics).toBe("/etc/x");
    expect((await readRun(cwd, { flags: { metrics: ["/etc/y"] } })).settings.metrics).toBe("/etc/y");
  });

  test("a path below the files or below the directory of the run will do", async () => {
    const cwd = await folder({ "files/osac.yml": "drift: { metrics: x.prom }\n" });
    expect((await readRun(cwd, { directory: "files" })).settings.metrics).toBe(join(cwd, "files/x.prom"));
    await writeFile(join(cwd, "files/osac.yml"), "drift: { metrics: ../x.prom }\n");
    expect((await readRun(cwd, { directory: "files" })).settings.metrics).toBe(join(cwd, "x.prom"));
  });
});

describe("a login without encryption", () => {
  const hint = "use https://; or pass --insecure to send it unencrypted";
  const plain = (url: string): string =>
    `[plain-http] ${url} is not encrypted: anybody on the way could read the login | ${hint}`;
  const logins: Record<string, string>[] = [
    token,
    { OSAC_TOKEN_FILE: "x" },
    { OSAC_USERNAME: "u", OSAC_PASSWORD: "p" },
    { OSAC_AUTH: "sigv4" },
  ];

  test("is refused, whatever the login", async () => {
    const cwd = await folder({});
    for (const env of logins)
      expect(await listRefusals(cwd, { env: { ...env, OSAC_URL: "http://a" } })).toEqual([plain("http://a")]);
  });

  test.for(["http://10.0.0.1", "http://localhost.evil", "http://127.0.0.1.evil", "http://evil-localhost"])(
    "goes to no other machine: %s",
    async (url) => {
      expect(await listRefusals(await folder({}), { env: { ...token, OSAC_URL: url } })).toEqual([
        plain(url),
      ]);
    },
  );

  test.for(["http://localhost", "http://a.localhost:9200", "http://127.1.2.3", "http://[::1]:9200"])(
    "may stay on the machine: %s",
    async (url) => {
      await expect(readRun(await folder({}), { env: { ...token, OSAC_URL: url } })).resolves.toBeDefined();
    },
  );

  test("is sent if --insecure or a variable says so, but not because osac.yml does", async () => {
    const env = { ...token, OSAC_URL: "http://a" };
    await expect(readRun(await folder({}), { env, flags: { insecure: ["true"] } })).resolves.toBeDefined();
    await expect(readRun(await folder({}), { env: { ...env, OSAC_INSECURE: "1" } })).resolves.toBeDefined();
    const cwd = await folder({ "osac.yml": "cluster: { insecure: true }\n" });
    expect(await listRefusals(cwd, { env, isAttended: true })).toEqual([plain("http://a")]);
  });

  test("is refused with the line of the address", async () => {
    const cwd = await folder({ "osac.yml": "cluster: { url: http://a }\n" });
    expect(await listRefusals(cwd, { env: token, isAttended: true })).toEqual([
      plain("http://a").replace("] ", "] osac.yml:1:12: "),
    ]);
  });

  test("is none without a login or with a certificate, which is not sent", async () => {
    for (const env of [{}, { OSAC_CLIENT_CERT: "c", OSAC_CLIENT_KEY: "k" }])
      await expect(
        readRun(await folder({}), { env: { ...env, OSAC_URL: "http://a" } }),
      ).resolves.toBeDefined();
  });
});

const said = async (env: Record<string, string>): Promise<string[]> => {
  const { settings } = await readRun(await folder({}), { env });
  return connectionFindings(settings).map((one) => `${one.severity} ${formatFinding(one)}`);
};

describe("every run says that the connection is unsafe", () => {
  test.for<[Record<string, string>, string[]]>([
    [{ ...token }, []],
    [{ OSAC_URL: "http://a" }, []],
    [
      { ...token, OSAC_URL: "http://localhost" },
      ["warning [plain-http] osac sends the login to http://localhost without encryption | use https://"],
    ],
    [
      { ...token, OSAC_URL: "http://a", OSAC_INSECURE: "1" },
      ["warning [plain-http] osac sends the login to http://a without encryption | use https://"],
    ],
    [
      { OSAC_URL: "https://a", OSAC_INSECURE: "1" },
      [
        "warning [insecure] the certificate of https://a is not checked (OSAC_INSECURE) | pass its authority with --ca-cert instead",
      ],
    ],
  ])("%j", async ([env, findings]) => {
    expect(await said(env)).toEqual(findings);
  });
});
