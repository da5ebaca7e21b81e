import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openSources, usualRules, type PlaceholderRules } from "../../../src/config/placeholders/sources.ts";
import { folder } from "../../cli/folder.ts";

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

function refusal(name: string, allow?: string[]): object | undefined {
  return openSources(".", env, { ...usualRules, allow }).refusal({ kind: "variable", name });
}

/** The variables that can be looked up under these rules. */
function usable(rules: Partial<PlaceholderRules>): string[] {
  const sources = openSources(".", env, { ...usualRules, ...rules });
  return Object.keys(env).filter((name) => {
    const isRefused = sources.refusal({ kind: "variable", name }) !== undefined;
    const found = sources.variable(name);
    expect(isRefused && "value" in found).toBe(false);
    return "value" in found;
  });
}

describe("variables", () => {
  test("without a list all can be used but osac's own and those of the job", () => {
    expect(usable({})).toEqual(["GRAFANA_PASSWORD", "TEAM_A", "TEAMWORK", "OSAC_HASH_GRAFANA"]);
  });

  test.each<[string[], string[]]>([
    [["GRAFANA_PASSWORD"], ["GRAFANA_PASSWORD"]],
    [["TEAM_*"], ["TEAM_A"]],
    [
      ["TEAM_*", "GRAFANA_PASSWORD"],
      ["GRAFANA_PASSWORD", "TEAM_A"],
    ],
    [["*"], ["GRAFANA_PASSWORD", "TEAM_A", "TEAMWORK", "OSAC_HASH_GRAFANA"]],
    [["OSAC_*"], ["OSAC_HASH_GRAFANA"]],
    [
      ["OSAC_PASSWORD", "GITHUB_TOKEN"],
      ["OSAC_PASSWORD", "GITHUB_TOKEN"],
    ],
    [[], []],
  ])("with the list %j", (allow, expected) => {
    expect(usable({ allow })).toEqual(expected);
  });

  test("a refusal says why, and how to allow exactly this", () => {
    expect(refusal("OSAC_PASSWORD")).toEqual({
      message:
        "the variable OSAC_PASSWORD belongs to osac or to the job that runs it, and no file may use it",
      hint: "use another variable, or add OSAC_PASSWORD to placeholders.allow by its full name",
    });
    expect(refusal("GRAFANA_PASSWORD", ["TEAM_*", "LDAP"])).toEqual({
      message:
        "the variable GRAFANA_PASSWORD is none of those that files may use (placeholders.allow: TEAM_*, LDAP)",
      hint: "use another variable, or add GRAFANA_PASSWORD to placeholders.allow",
    });
    expect(refusal("GRAFANA_PASSWORD")).toBeUndefined();
  });

  test("an unset and an empty one may have a default, one that is not allowed may not", () => {
    const sources = openSources(".", env, usualRules);
    expect(sources.variable("MISSING")).toEqual({ lacks: "is not set", mayDefault: true });
    expect(sources.variable("EMPTY")).toEqual({ lacks: "is empty", mayDefault: true });
    expect(sources.variable("OSAC_PASSWORD")).toEqual({ lacks: "is not allowed" });
    expect(sources.variable("toString")).toEqual({ lacks: "is not set", mayDefault: true });
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

  const open = (rules: Partial<PlaceholderRules> = {}) =>
    openSources(join(path, "files"), {}, { ...usualRules, ...rules });

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
    ["../elsewhere/plain", { lacks: "leads out of the allowed directories" }],
  ])("%s: %j", (file, expected) => {
    expect(open().file(file)).toEqual(expected);
  });

  test("of other directories can be used where these are listed, and no others", () => {
    const mounted = join(path, "mounted");
    const sources = open({ files: [mounted] });

    expect(sources.file(join(mounted, "plain"))).toEqual({ value: "mounted" });
    expect(sources.file("secrets/link-within")).toEqual({ value: "mounted" });
    expect(sources.refusal({ kind: "file", name: join(mounted, "plain") })).toBeUndefined();
    expect(open().file("secrets/link-within")).toEqual({ lacks: "leads out of the allowed directories" });
    for (const name of [
      "/etc/passwd",
      "/proc/self/environ",
      "../elsewhere/plain",
      `${mounted}x/plain`,
      "..",
    ]) {
      expect(sources.refusal({ kind: "file", name })).toEqual({
        message: `the file ${name} is in none of the directories from which files may be used`,
        hint: "put it into the directory of files, or add its directory to placeholders.files",
      });
    }
  });

  test("are relative to the root that is told, wherever the YAML lies", () => {
    const sources = openSources(join(path, "mounted"), {}, { ...usualRules, root: join(path, "files") });
    expect(sources.file("secrets/plain")).toEqual({ value: "value" });
  });
});

test("an opaque source looks nothing up, and refuses what may not be used all the same", () => {
  const sources = openSources(".", env, { files: [], isOpaque: true, allow: ["TEAM_A"] });
  expect(sources.variable("TEAM_A")).toEqual({ lacks: "was not looked at" });
  expect(sources.variable("OSAC_PASSWORD")).toEqual({ lacks: "was not looked at" });
  expect(sources.file("package.json")).toEqual({ lacks: "was not looked at" });
  expect(sources.refusal({ kind: "variable", name: "OSAC_PASSWORD" })).toBeDefined();
});
