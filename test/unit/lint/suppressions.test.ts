import { describe, expect, test } from "vitest";
import { findLineComments } from "../../../src/files/yaml/line-comments.ts";
import { loadForPlan } from "../../../src/engine/read-files.ts";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { directoryFindings } from "../../../src/lint/check-directory.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const meta = "_meta: { type: roles, config_version: 2 }\n";
const equal = "{ index_permissions: [{ index_patterns: [a], allowed_actions: [read] }] }";

/** The findings of a file of two equal roles, the second with a comment. */
async function tell(comment: string, role = equal): Promise<string[]> {
  const path = await folder({ "roles.yml": `${meta}a: ${equal}\nb: ${role} ${comment}\n` });
  const directory = await loadDirectory(path, { env: {} });
  const findings = [...directory.findings, ...(await directoryFindings(directory))];
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe("# osac-disable-line", () => {
  test("replaces the finding of its line by a notice with the reason", async () => {
    expect(await tell("# osac-disable-line equal-roles two teams, two owners")).toEqual([
      'notice suppressed: equal-roles is suppressed: "two teams, two owners"',
    ]);
  });

  test.each([
    ["# osac-disable-line", "the comment names no finding"],
    ["# osac-disable-line equal-roles", "the comment gives no reason to suppress equal-roles"],
    ["# osac-disable-line equal-rolls typo", 'there is no finding "equal-rolls"'],
    ["# osac-disable-line toString x", 'there is no finding "toString"'],
  ])("%s is a finding, and suppresses nothing", async (comment, message) => {
    expect((await tell(comment)).toSorted()).toEqual([
      expect.stringContaining("notice equal-roles"),
      `warning bad-suppression: ${message}`,
    ]);
  });

  test("names every finding of its line, so that a later one is no secret", async () => {
    const role = "{ cluster_permissions: [cluster:monitor/heath, cluster:monitor/helth] }";
    const comment = "# osac-disable-line unknown-action ours";
    const path = await folder({ "roles.yml": `${meta}a: ${role} ${comment}\n` });
    const found = await directoryFindings(await loadDirectory(path, { env: {} }));
    expect(found.filter(({ code }) => code === "suppressed").map(({ hint }) => hint)).toEqual([
      expect.stringContaining("cluster:monitor/heath"),
      expect.stringContaining("cluster:monitor/helth"),
    ]);
  });

  test("that has nothing to suppress is a finding", async () => {
    expect(
      await tell("# osac-disable-line no-effect old", "{ cluster_permissions: [cluster_monitor] }"),
    ).toEqual(["warning unused-suppression: there is no no-effect to suppress on this line"]);
  });

  test.each([
    ["unknown-field", "{ cluster_permision: [x] }"],
    ["hidden-administration", '{ cluster_permissions: ["**"] }'],
    ["bad-dls", "{ index_permissions: [{ index_patterns: [a], allowed_actions: [read], dls: x }] }"],
    ["rest-admin-permission", '{ cluster_permissions: ["restapi:admin/roles"] }'],
  ])("never suppresses %s", async (code, role) => {
    const found = await tell(`# osac-disable-line ${code} trust me`, role);
    expect(found.filter((text) => text.includes(` ${code}:`))).toHaveLength(1);
    expect(found).toContain(`warning bad-suppression: no comment can suppress ${code}`);
  });

  test("suppresses nothing on other lines", async () => {
    const path = await folder({
      "roles.yml": `${meta}# osac-disable-line equal-roles above\na: ${equal}\nb: ${equal}\n`,
    });
    const found = await directoryFindings(await loadDirectory(path, { env: {} }));
    expect(found.map(({ code }) => code)).toEqual(["unused-suppression", "equal-roles"]);
  });

  test("is read by a plan, too, which does not run the rules for whole directories", async () => {
    const role = `{ cluster_permissions: ["*", cluster_monitor] }`;
    const path = await folder({
      "roles.yml": `${meta}a: ${role} # osac-disable-line no-effect kept\nb: {} # osac-disable-line unused-role soon\n`,
    });
    const { findings } = await loadForPlan(path, {}, {});
    expect(findings.map(({ code }) => code)).toEqual(["hidden-administration", "suppressed"]);
  });

  test("shows in the output of validate, also as an annotation", async () => {
    const cwd = await folder({
      "roles.yml": `${meta}a: ${equal}\nb: ${equal} # osac-disable-line equal-roles two owners\n`,
    });
    expect((await osac(["validate"], { cwd })).out).toContain('equal-roles is suppressed: "two owners"');
  });
});

const findCodes = (text: string): string[] => findLineComments("it.yml", text).map(({ code }) => code);

describe("a text is no comment", () => {
  test.each([
    "a: '# osac-disable-line x y'\n",
    'a: "b # osac-disable-line x y"\n',
    "a: |\n  b\n  # osac-disable-line x y\n",
    "a: b# osac-disable-line x y\n",
    "a: [\n",
  ])("%j", (text) => {
    expect(findCodes(text)).toEqual([]);
  });

  test.each([
    "a: b # osac-disable-line x y\n",
    "# osac-disable-line x y\na: b\n",
    "a: b # osac-disable-line x y",
  ])("%j is one", (text) => {
    expect(findCodes(text)).toEqual(["x"]);
  });
});
