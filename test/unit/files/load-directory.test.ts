import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usualRules } from "../../../src/files/placeholders/sources.ts";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { createLocator } from "../../../src/files/yaml/locate.ts";
import type { Directory } from "../../../src/model/entity.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { Secret } from "../../../src/secrets/secret.ts";

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "osac-load-"));
});

afterAll(() => rm(scratch, { recursive: true }));

const meta = (type: string): string => `_meta: {type: "${type}", config_version: 2}\n`;

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = await mkdtemp(join(scratch, "case-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

async function load(
  files: Readonly<Record<string, string | Buffer>>,
  env: Record<string, string> = {},
): Promise<Directory> {
  return loadDirectory(await write(files), { env });
}

const brief = ({ severity, code, at }: Finding): string =>
  `${severity} ${code} ${at?.file}:${at?.line}:${at?.column}`;
const briefs = ({ findings }: Directory): string[] => findings.map(brief);
const refused = ({ findings }: Directory): unknown[] =>
  findings.map(({ name, refusedByServer = false }) => [name, refusedByServer]);
const names = (directory: Directory): Record<string, string[]> =>
  Object.fromEntries([...directory.kinds].map(([kind, entities]) => [kind, [...entities.keys()]]));

describe("which kinds a directory declares", () => {
  test("a kind without a file is not there, one with nothing but a header is there and empty", async () => {
    const directory = await load({
      "roles.yml": `${meta("roles")}reader:\n  reserved: false\n`,
      "tenants.yml": meta("tenants"),
    });

    expect(names(directory)).toEqual({ roles: ["reader"], tenants: [] });
    expect(directory.kinds.get("roles")?.get("reader")).toEqual({
      kind: "roles",
      name: "reader",
      body: { reserved: false },
      at: { file: "roles.yml", line: 2, column: 1 },
      isWithoutSecrets: true,
    });
    expect(directory.findings).toEqual([]);
  });

  test("a kind may be split over files", async () => {
    const directory = await load({
      "roles.yml": `${meta("roles")}a: {}\n`,
      "roles/team.yml": `${meta("roles")}b: {}\n`,
      "tenants/all.yml": `${meta("tenants")}t: {}\n`,
    });

    expect(names(directory)).toEqual({ roles: ["a", "b"], tenants: ["t"] });
    expect(directory.kinds.get("roles")?.get("b")?.at.file).toBe("roles/team.yml");
  });

  test("a name declared twice is an error that shows both places", async () => {
    const directory = await load({
      "roles.yml": `${meta("roles")}a: {}\n`,
      "roles/b.yml": `${meta("roles")}\na: {}\n`,
    });

    expect(directory.findings).toMatchObject([
      {
        code: "declared-twice",
        at: { file: "roles/b.yml", line: 3 },
        message: expect.stringContaining("roles.yml:2:1") as string,
      },
    ]);
  });

  test("names that are magic in JavaScript are names like any other", async () => {
    const text = `${meta("roles")}__proto__: {}\nconstructor: {}\ntoString: {}\n"": {}\n`;

    expect(names(await load({ "roles.yml": text }))).toEqual({
      roles: ["__proto__", "constructor", "toString", ""],
    });
  });

  test("files that are none of ours are listed, and not judged", async () => {
    const directory = await load({
      "roles.yml": meta("roles"),
      "README.md": "x",
      "opensearch.yml": "a: 1",
      "osac.yml": "x: 1",
      "tlsconfig.yml": "ca: {}",
      "inernl_user.yml": "a: 1",
      "certs/a.pem": "",
    });

    expect(directory.ignored).toEqual([
      "README.md",
      "certs/",
      "inernl_user.yml",
      "opensearch.yml",
      "tlsconfig.yml",
    ]);
    expect(directory.findings).toEqual([]);
  });
});

describe("a file under a wrong name is an error while its kind has no other", () => {
  test.each([
    ["role.yml", "roles.yml"],
    ["roles.yaml", "roles.yml"],
    ["Roles.yml", "roles.yml"],
    ["sg_roles.yml", "roles.yml"],
    ["inernal_users.yml", "internal_users.yml"],
    ["inernal_user.yml", "internal_users.yml"],
    ["users.yml", "internal_users.yml"],
    ["rolesmapping.yml", "roles_mapping.yml"],
    ["roles-mapping.yml", "roles_mapping.yml"],
    ["config.yml.example", "config.yml"],
    ["roles_mapping.yml.orig", "roles_mapping.yml"],
    ["roles_mapping.yml_old", "roles_mapping.yml"],
    ["roles.yaml-bak", "roles.yml"],
    ["_roles.yml.tpl", "roles.yml"],
  ])("%s", async (name, meant) => {
    const directory = await load({ [name]: "a: 1\n" });

    expect(directory.findings).toMatchObject([
      { severity: "error", code: "file-name", at: { file: name }, hint: `did you mean ${meant}?` },
    ]);
    expect(directory.kinds.size).toBe(0);
  });

  test("whatever its name, when its header says what it holds", async () => {
    expect((await load({ "security_config.yml": meta("config") })).findings).toMatchObject([
      { severity: "error", hint: "rename it to config.yml" },
    ]);
    expect(briefs(await load({ "roles.yml": meta("roles"), "more.yml": meta("roles") }))).toEqual([
      "notice file-name more.yml:1:1",
    ]);
  });

  test("a copy beside the real file is ignored, a second spelling is a warning, the old whitelist a notice", async () => {
    const files = {
      "roles.yml": meta("roles"),
      "roles.yml.bak": "",
      "roles.yml_old": "",
      "roles_old/a.yml": "",
      "roles.yaml": "",
      "whitelist.yml": "",
      "whiltelist.yml": "",
    };

    expect(briefs(await load(files))).toEqual([
      "warning file-name roles.yaml:1:1",
      "notice file-name whiltelist.yml:1:1",
      "notice file-name whitelist.yml:1:1",
    ]);
  });

  test("a wrong name among split files, or of their folder, is an error", async () => {
    expect(briefs(await load({ "roles.yml": meta("roles"), "roles/a.yaml": "" }))).toEqual([
      "error file-name roles/a.yaml:1:1",
    ]);
    expect(briefs(await load({ "Roles/a.yml": "" }))).toEqual(["error file-name Roles/:1:1"]);
  });
});

describe("a file whose header or format is wrong is an error", () => {
  test.each([
    ["roles.yml", "", "empty-file roles.yml:1:1"],
    ["roles.yml", "# nothing\n", "empty-file roles.yml:1:1"],
    ["roles.yml", "- a\n", "not-a-mapping roles.yml:1:1"],
    ["roles.yml", "a: {}\n", "missing-meta roles.yml:1:1"],
    ["roles.yml", meta("tenants"), "wrong-meta roles.yml:1:9"],
    ["roles.yml", "_meta:\n  type: roles\n", "wrong-meta roles.yml:1:1"],
    ["roles.yml", "_meta:\n  type: roles\n  config_version: 3\n", "wrong-meta roles.yml:3:3"],
    ["roles.yml", "_meta:\n  type: roles\n  config_version: 1\n", "old-format roles.yml:3:3"],
    ["roles.yml", "_meta:\n  type: roles\n  config_version: 2\n  by: me\n", "wrong-meta roles.yml:4:3"],
    ["roles.yml", "a:\n  cluster: [x]\n", "old-format roles.yml:2:3"],
    ["roles.yml", "_sg_meta: {}\n", "old-format roles.yml:1:1"],
    ["action_groups.yml", "A:\n  - x\n", "old-format action_groups.yml:2:5"],
    ["config.yml", "opendistro_security: {}\n", "old-format config.yml:1:1"],
    ["roles.yml", `${meta("roles")}a: x\n`, "not-a-mapping roles.yml:2:1"],
    ["audit.yml", `${meta("audit")}other: {}\n`, "unknown-entry audit.yml:2:1"],
    ["config.yml", meta("config"), "missing-entry config.yml:1:1"],
  ])("%s %j", async (name, text, expected) => {
    expect(briefs(await load({ [name]: text }))).toEqual([`error ${expected}`]);
  });

  test("a kind is left out if osac understands nothing of its file", async () => {
    expect((await load({ "roles.yml": "a: [\n" })).kinds.has("roles")).toBe(false);
  });

  test("an entity without fields is left out with a warning, as the plugin leaves it out in silence", async () => {
    const directory = await load({ "roles.yml": `${meta("roles")}a:\nb: {}\n` });

    expect(names(directory)).toEqual({ roles: ["b"] });
    expect(briefs(directory)).toEqual(["warning empty-entity roles.yml:2:1"]);
  });

  test.each([
    ["config", "config.yml"],
    ["audit", "audit.yml"],
    ["allowlist", "allowlist.yml"],
  ])("of %s, which is one entity, that is an error", async (kind, file) => {
    const directory = await load({ [file]: `${meta(kind)}config:\n` });

    expect(briefs(directory)).toEqual([`error empty-entity ${file}:2:1`]);
  });
});

describe("what the disk may hold", () => {
  test("no directory, an empty one, a file instead", async () => {
    const path = await write({ file: "" });

    for (const [at, code] of [
      ["none", "unreadable-directory"],
      ["file", "unreadable-directory"],
      ["", "no-files"],
    ] as const) {
      expect((await loadDirectory(join(path, at), { env: {} })).findings).toMatchObject([
        { severity: "error", code },
      ]);
    }
  });

  test("a link to nothing, a directory called like a file, a file that is too large", async () => {
    const path = await write({ "tenants.yml": "", "audit.yml/x": "" });
    await symlink("nowhere", join(path, "roles.yml"));
    await truncate(join(path, "tenants.yml"), 50 * 2 ** 20);

    expect(briefs(await loadDirectory(path, { env: {} }))).toEqual([
      "error unreadable-file audit.yml:1:1",
      "error unreadable-file roles.yml:1:1",
      "error file-too-large tenants.yml:1:1",
    ]);
  });

  test("a file that securityadmin.sh would refuse for its size is a warning", async () => {
    const text = `${meta("roles")}a: {description: "${"x".repeat(3 * 2 ** 20)}"}\n`;

    expect(briefs(await load({ "roles.yml": text }))).toEqual(["warning long-file roles.yml:1:1"]);
  });

  test("links to files and folders are followed, as in a mounted Kubernetes secret", async () => {
    const path = await write({
      "..data/roles.yml": `${meta("roles")}a: {}\n`,
      "..data/more/t.yml": `${meta("tenants")}t: {}\n`,
    });
    await symlink("..data/roles.yml", join(path, "roles.yml"));
    await symlink("..data/more", join(path, "tenants"));

    expect(names(await loadDirectory(path, { env: {} }))).toEqual({ roles: ["a"], tenants: ["t"] });
  });

  test("text that is not UTF-8 is refused at its place, a byte-order mark and CRLF are taken", async () => {
    const broken = Buffer.concat([
      Buffer.from(`${meta("roles")}a: {description: "`),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]);

    expect(briefs(await load({ "roles.yml": broken }))).toEqual(["error not-utf8 roles.yml:2:19"]);
    expect(
      briefs(await load({ "roles.yml": `\uFEFF${meta("roles")}a: {}\n`.replaceAll("\n", "\r\n") })),
    ).toEqual([]);
  });

  test("aliases that multiply stay texts, and deep nesting is refused", async () => {
    const bomb = `${meta("roles")}a: {description: &a x}\n${Array.from({ length: 20 }, (_, i) => `r${i}: {users: [*a, *a]}\n`).join("")}`;

    expect((await load({ "roles.yml": bomb })).findings.every(({ code }) => code === "yaml-alias")).toBe(
      true,
    );
    expect(briefs(await load({ "roles.yml": `a: ${"[".repeat(5000)}` }))).toEqual([
      "error yaml-syntax roles.yml:1:103",
    ]);
  });
});

test.each([
  ["{{ .Values.user }}:\n  hash: x\n", "2:2"],
  ["{{- if .Values.saml }}\nkim: {hash: x}\n{{- end }}\n", "2:3"],
  ["{% for user in users %}\nkim: {hash: x}\n{% endfor %}\n", "2:2"],
  ["<% if p('oidc') %>\nkim: {hash: x}\n<% end %>\n", "3:4"],
])(
  "a file of a template that nobody filled in is one finding, not one for each consequence: %j",
  async (text, at) => {
    const directory = await load({ "internal_users.yml": meta("internalusers") + text });

    expect(directory.findings).toMatchObject([
      { hint: "render it first, and have osac read what comes out" },
    ]);
    expect(briefs(directory)).toEqual([`error unrendered-template internal_users.yml:${at}`]);
  },
);

test("a mistake further down than a brace in a text is a mistake like any other", async () => {
  const text = `${meta("tenants")}a: {description: "for {{ all }}"}\nb: {}\nc: [\n`;

  expect(briefs(await load({ "tenants.yml": text }))).toEqual(["error yaml-syntax tenants.yml:5:1"]);
});

test("findings of all files come sorted by place", async () => {
  const directory = await load({
    "tenants.yml": "a: 1\na: 2\n",
    "roles.yml": `${meta("roles")}b:\n  - x\na: 1\n`,
    "internal_users.yml": "- x\n",
  });

  expect(briefs(directory)).toEqual([
    "error not-a-mapping internal_users.yml:1:1",
    "error not-a-mapping roles.yml:2:1",
    "error not-a-mapping roles.yml:4:1",
    "error missing-meta tenants.yml:1:1",
    "error yaml-duplicate-key tenants.yml:2:1",
    "error not-a-mapping tenants.yml:2:1",
  ]);
});

test("placeholders become secrets; in a name one is a warning unless the job allows it, and one without a value cannot be sent", async () => {
  const text = `${meta("internalusers")}a: {hash: "\${env.HASH}"}\n\${env.WHO}: {}\n\${env.NOBODY}: {hash: "\${env.X:-a b}"}\n`;

  const env = { WHO: "bob", HASH: "h" };
  const directory = await load({ "internal_users.yml": text }, env);
  const path = await write({ "internal_users.yml": text });
  const allowing = await loadDirectory(path, {
    env,
    rules: { ...usualRules, allowed: ["WHO", "NOBODY"] },
  });

  expect(names(directory)).toEqual({ internalusers: ["a", "${env.WHO}", "${env.NOBODY}"] });
  expect(names(allowing)).toEqual({ internalusers: ["a", "bob", "${env.NOBODY}"] });
  expect(directory.kinds.get("internalusers")?.get("a")?.body["hash"]).toBeInstanceOf(Secret);
  expect(briefs(directory)).toEqual([
    "warning placeholder-not-allowed internal_users.yml:3:1",
    "warning placeholder-in-name internal_users.yml:3:1",
    "warning placeholder-not-allowed internal_users.yml:4:1",
    "warning placeholder-in-name internal_users.yml:4:1",
    "warning broken-placeholder internal_users.yml:4:17",
  ]);
  expect(refused(directory)).toEqual([
    ["${env.WHO}", false],
    ["${env.WHO}", true],
    ["${env.NOBODY}", false],
    ["${env.NOBODY}", true],
    ["${env.NOBODY}", false],
  ]);
  expect(refused(allowing)).toEqual([
    ["${env.NOBODY}", true],
    ["${env.NOBODY}", false],
  ]);
});

test("a locator finds what stands inside an entity, in the right file", async () => {
  const directory = await load({
    "roles.yml": `${meta("roles")}a/b:\n  index_permissions:\n  - index_patterns: [x,\n      "y"]\n`,
    "roles/c.yml": `${meta("roles")}c: {description: d}\n`,
  });
  const locate = createLocator(directory.path);
  const roles = directory.kinds.get("roles")!;
  const at = (name: string, pointer: string): string => {
    const { file, line, column } = locate(roles.get(name)!, pointer);
    return `${file}:${line}:${column}`;
  };

  expect(at("a/b", "")).toBe("roles.yml:2:1");
  expect(at("a/b", "/index_permissions")).toBe("roles.yml:3:3");
  expect(at("a/b", "/index_permissions/0/index_patterns/1")).toBe("roles.yml:5:7");
  expect(at("a/b", "/index_permissions/0/fls/3")).toBe("roles.yml:4:5");
  expect(at("c", "/description")).toBe("roles/c.yml:2:5");
});
