import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  openSources,
  usualRules,
  type PlaceholderRules,
} from "../../../../src/files/placeholders/sources.ts";
import { folder } from "../../../support/folder.ts";

const env = {
  GRAFANA_PASSWORD: "g",
  TEAM_A: "a",
  TEAMWORK: "w",
  EMPTY: "",
  OSAC_PASSWORD: "own",
  OSAC_HASH_GRAFANA: "exported",
  GITHUB_TOKEN: "ci",
  ACTIONS_RUNTIME_TOKEN: "ci",
  INPUT_PASSWORD: "ci",
  CI_JOB_TOKEN: "ci",
  AWS_SECRET_ACCESS_KEY: "ci",
};

type Rules = Partial<PlaceholderRules>;

const open = (rules: Rules = {}, path = ".") => openSources(path, env, { ...usualRules, ...rules });

/** The variables that can be looked up under these rules. */
function usable(place: "secret" | "open", rules: Rules): string[] {
  const lookup = open(rules)[place];
  return Object.keys(env).filter((name) => "value" in lookup.variable(name));
}

const usual = ["GRAFANA_PASSWORD", "TEAM_A", "TEAMWORK", "OSAC_HASH_GRAFANA"];

describe("variables in a secret field", () => {
  test("are all but osac's own and those of the job", () => {
    expect(usable("secret", {})).toEqual(usual);
  });

  test.each<[string[], string[]]>([
    [["GRAFANA_PASSWORD"], ["GRAFANA_PASSWORD"]],
    [["TEAM_*"], ["TEAM_A"]],
    [["*"], usual],
    [["OSAC_*"], ["OSAC_HASH_GRAFANA"]],
    [["OSAC_PASSWORD", "GITHUB_TOKEN"], []],
    [[], []],
  ])("are fewer with the list %j of osac.yml, and never more", (narrowed, expected) => {
    expect(usable("secret", { narrowed })).toEqual(expected);
  });

  test("are those of the job only where it allows them by their full name", () => {
    expect(usable("secret", { allowed: ["*", "OSAC_*"] })).toEqual(usual);
    expect(usable("secret", { allowed: ["GITHUB_TOKEN"] })).toEqual([...usual, "GITHUB_TOKEN"]);
  });

  test("a refusal says why, and how to allow exactly this", () => {
    expect(open().secret.variable("OSAC_PASSWORD")).toEqual({
      isRefused: true,
      lacks: "belongs to osac or to the job that runs it, and no file may use it",
      hint: "use another variable, or allow this one from outside the files: --allow-placeholder OSAC_PASSWORD, or OSAC_ALLOW_PLACEHOLDERS",
    });
    expect(open({ narrowed: ["TEAM_*", "LDAP"] }).secret.variable("GRAFANA_PASSWORD")).toEqual({
      isRefused: true,
      lacks: "is none of those that files may use (placeholders.allow: TEAM_*, LDAP)",
      hint: "use another variable, or add GRAFANA_PASSWORD to placeholders.allow",
    });
  });

  test("an unset and an empty one may have a default, one that is not allowed may not", () => {
    const { variable } = open().secret;
    expect(variable("MISSING")).toMatchObject({ lacks: "is not set", mayDefault: true });
    expect(variable("EMPTY")).toMatchObject({ lacks: "is empty", mayDefault: true });
    expect(variable("OSAC_PASSWORD")).not.toHaveProperty("mayDefault");
    expect(variable("toString")).toMatchObject({ lacks: "is not set", mayDefault: true });
  });
});

describe("variables in any other field", () => {
  test.each<[string[], string[]]>([
    [[], []],
    [["TEAM_A"], ["TEAM_A"]],
    [["TEAM_*"], ["TEAM_A"]],
    [["*"], usual],
    [["OSAC_PASSWORD", "GITHUB_TOKEN", "INPUT_PASSWORD"], []],
  ])("are those that the job allows: %j", (allowed, expected) => {
    expect(usable("open", { allowed })).toEqual(expected);
  });

  test("are not allowed by osac.yml, which may want fewer", () => {
    expect(usable("open", { narrowed: ["TEAM_A"] })).toEqual([]);
    expect(usable("open", { allowed: ["*"], narrowed: ["TEAM_*"] })).toEqual(["TEAM_A"]);
  });

  test("a refusal names the flag and the variable to set", () => {
    expect(open().open.variable("TEAM_A")).toEqual({
      isRefused: true,
      lacks: "is not allowed here: this field is not secret, so osac would show the value",
      hint: "write the value, or allow the placeholder from outside the files: --allow-placeholder TEAM_A, or OSAC_ALLOW_PLACEHOLDERS",
    });
  });
});

describe("files", () => {
  let path: string;
  beforeEach(async () => {
    path = await folder({
      "files/secrets/plain": "value\n",
      "files/secrets/windows": "value\r\n",
      "files/secrets/two-lines": "one\ntwo\n\n",
      "files/secrets/empty": "\n",
      "files/secrets/large": "x".repeat(64 * 1024 + 1),
      "files/secrets/largest": "x".repeat(64 * 1024),
      "mounted/plain": "mounted",
      "elsewhere/plain": "outside",
    });
    await writeFile(join(path, "files/secrets/binary"), Buffer.from([0xff, 0xfe, 0x00]));
    await mkdir(join(path, "files/secrets/folder"));
    await symlink(join(path, "elsewhere/plain"), join(path, "files/secrets/link"));
    await symlink(join(path, "mounted/plain"), join(path, "files/secrets/link-within"));
  });

  const of = (rules: Rules = {}) => open(rules, join(path, "files"));

  test.each([
    ["secrets/plain", { value: "value" }],
    ["./secrets/../secrets/plain", { value: "value" }],
    ["secrets/windows", { value: "value" }],
    ["secrets/two-lines", { value: "one\ntwo\n" }],
    ["secrets/largest", { value: "x".repeat(64 * 1024) }],
    ["secrets/empty", { lacks: "is empty" }],
    ["secrets/large", { lacks: "is larger than 64 KB" }],
    ["secrets/binary", { lacks: "is no text in UTF-8" }],
    ["secrets/folder", { lacks: "is no file" }],
    ["secrets/missing", { lacks: "does not exist" }],
    ["secrets/plain/more", { lacks: "cannot be read (ENOTDIR)" }],
    ["secrets/link", { lacks: "leads out of the allowed directories" }],
    ["../elsewhere/plain", { lacks: "is in none of the directories from which files may be used" }],
  ])("%s: %j", (file, expected) => {
    expect(of().secret.file(file)).toMatchObject(expected);
  });

  test("files of other directories can be used if the job allows these directories", () => {
    const mounted = join(path, "mounted");
    const { file } = of({ directories: [mounted] }).secret;

    expect(file(join(mounted, "plain"))).toEqual({ value: "mounted" });
    expect(file("secrets/link-within")).toEqual({ value: "mounted" });
    expect(of().secret.file("secrets/link-within")).toMatchObject({
      lacks: "leads out of the allowed directories",
    });
    for (const name of ["/etc/passwd", "../elsewhere/plain", `${mounted}x/plain`, ".."])
      expect(file(name)).toMatchObject({ isRefused: true });
    expect(file("/etc/passwd")).toMatchObject({
      hint: "put it into the directory of files, or allow its directory from outside the files: --placeholder-files /etc, or OSAC_PLACEHOLDER_FILES",
    });
  });

  test("osac.yml may leave directories out, and add none", () => {
    const mounted = join(path, "mounted");
    const plain = join(mounted, "plain");
    const found = (rules: Rules) => of(rules).secret.file(plain);
    expect(found({ narrowedDirectories: [mounted] })).toMatchObject({ isRefused: true });
    expect(found({ directories: [mounted], narrowedDirectories: [] })).toMatchObject({ isRefused: true });
    expect(found({ directories: [path], narrowedDirectories: [mounted] })).toEqual({ value: "mounted" });
    expect(found({ directories: [mounted], narrowedDirectories: [path] })).toEqual({ value: "mounted" });
  });

  test.each(["/proc/self/environ", "/sys/kernel/version", "/dev/stdin", "secrets/environ"])(
    "%s is never read, whatever is allowed",
    async (name) => {
      await symlink("/proc/self/environ", join(path, "files/secrets/environ"));
      expect(of({ directories: ["/", "/proc", "/proc/self"] }).secret.file(name)).toHaveProperty("lacks");
    },
  );

  test("files of git are never read, even if the directory of files is the repository", async () => {
    const root = await folder({
      ".git/config": "token",
      "sub/.git/config": "token",
      ".GIT/config": "token",
      plain: "text",
    });
    const { file } = open({ directories: [root] }, root).secret;
    await symlink(join(root, ".git/config"), join(root, "link"));
    expect(file("plain")).toEqual({ value: "text" });
    for (const name of [".git/config", "sub/.git/config", ".GIT/config", "link", join(root, ".git/config")])
      expect(file(name)).toHaveProperty("lacks");
  });

  test("are shown only where they are allowed by their path, and reached without a link", () => {
    const named = of({ allowed: ["file:secrets/*"] }).open;
    expect(named.file("secrets/plain")).toEqual({ value: "value" });
    expect(of().open.file("secrets/plain")).toMatchObject({ isRefused: true });
    expect(of({ allowed: ["*"] }).open.file("secrets/plain")).toMatchObject({ isRefused: true });
    expect(named.file("secrets/../../elsewhere/plain")).toMatchObject({ isRefused: true });
    const mounted = of({ allowed: ["file:secrets/*"], directories: [join(path, "mounted")] }).open;
    expect(mounted.file("secrets/link-within")).toMatchObject({
      lacks: "is reached through a link, and its content would be shown",
    });
  });

  test("are relative to the root that is told, wherever the YAML lies", () => {
    const sources = open({ root: join(path, "files") }, join(path, "mounted"));
    expect(sources.secret.file("secrets/plain")).toEqual({ value: "value" });
    expect([...sources.usedFiles]).toEqual(["secrets/plain"]);
  });
});

test("an opaque source looks no secret up, and refuses what may not be used all the same", () => {
  const sources = open({ isOpaque: true, allowed: ["TEAM_A"] });
  expect(sources.secret.variable("TEAM_A")).toMatchObject({ lacks: "was not looked at" });
  expect(sources.secret.file("package.json")).toMatchObject({ lacks: "was not looked at" });
  expect(sources.secret.variable("OSAC_PASSWORD")).toMatchObject({ isRefused: true });
  expect(sources.open.variable("TEAM_A")).toEqual({ value: "a" });
});
