import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lacksChromium, openPage, type Opened } from "../../support/browser.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const meta = (kind: string): string => `_meta: { type: ${kind}, config_version: 2 }\n`;

const files = {
  "it/roles.yml": `${meta("roles")}logs_reader:
  index_permissions:
    - index_patterns: ["logs-*"]
      allowed_actions: [look]
    - index_patterns: [orders]
      allowed_actions: ["indices:*"]
`,
  "it/action_groups.yml": `${meta("actiongroups")}look:\n  allowed_actions: ["indices:data/read*"]\n`,
  "it/roles_mapping.yml": `${meta("rolesmapping")}logs_reader:\n  users: [ann]\n  backend_roles: [ops]\n`,
  "it/internal_users.yml": `${meta("internalusers")}ann: { hash: "\${env.ANN_HASH}" }\nbob: { hash: "\${env.BOB_HASH}" }\n`,
  "it/tenants.yml": `${meta("tenants")}finance: {}\n`,
  "it/config.yml": `${meta("config")}config: { dynamic: {} }\n`,
};

/** Writes the page of a directory, and opens it. */
async function report(own: Readonly<Record<string, string>> = files): Promise<Opened & { path: string }> {
  const cwd = await folder(own);
  const { code, err } = await osac(["access", "report", "it", "--html", "access.html"], { cwd });
  expect([code, err]).toEqual([0, ""]);
  const path = join(cwd, "access.html");
  return { path, ...(await openPage(path)) };
}

const cell = ({ page }: Opened, name: string) => page.getByRole("gridcell", { name, exact: true });

describe("osac access report", () => {
  test("needs the name of the page, and says how to type it", async () => {
    const { code, err } = await osac(["access", "report", "it"], { cwd: await folder(files) });
    expect([code, err]).toEqual([3, expect.stringContaining("osac access report --html access.html")]);
  });

  test("leaves a file alone that is no page of osac, and replaces an older page", async () => {
    const cwd = await folder({ ...files, "notes.html": "<!doctype html>\n<p>mine</p>\n" });
    const refused = await osac(["access", "report", "it", "--html", "notes.html"], { cwd });
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining("no page of osac")]);
    expect(await readFile(join(cwd, "notes.html"), "utf8")).toContain("mine");
    for (const _ of [1, 2])
      expect((await osac(["access", "report", "it", "--html", "access.html"], { cwd })).code).toBe(0);
    expect((await stat(join(cwd, "access.html"))).mode & 0o777).toBe(0o600);
  });

  test("prints the same as JSON", async () => {
    const { out } = await osac(["access", "report", "it", "--output", "json"], { cwd: await folder(files) });
    const { principals } = JSON.parse(out) as { principals: { name: string; access: object[] }[] };
    expect(principals.map(({ name }) => name)).toEqual(["", "ann", "bob", "ops"]);
    expect(principals[1]!.access).toEqual([
      { kind: "index", name: "logs-*", level: "read", before: null, example: "logs-example" },
      { kind: "index", name: "orders", level: "everything", before: null, example: "orders" },
    ]);
    expect(principals[2]!.access).toEqual([]);
  });
});

describe.skipIf(lacksChromium)("the page of osac access report, in a browser,", () => {
  test("loads nothing, breaks no rule of its policy, and has a cell for each principal and column", async () => {
    const opened = await report();
    expect(opened.requests).toEqual([`file://${opened.path}`]);
    expect(await cell(opened, "user ann, logs-*: read").textContent()).toBe("read");
    expect(await cell(opened, "backend role ops, orders: everything").count()).toBe(1);
    expect(await cell(opened, "user bob, orders: none").count()).toBe(1);
    expect(opened.errors).toEqual([]);
  });

  test("a click on a cell explains it, with the place of each entry", async () => {
    const opened = await report();
    await cell(opened, "user ann, logs-*: read").click();
    const why = opened.page.getByRole("complementary", { name: "Explanation" });
    expect(await why.getByRole("heading").allTextContents()).toEqual([
      "user ann, logs-*: read",
      "read: yes",
      "write: no",
      "manage: no",
      "everything: no",
    ]);
    const text = await why.innerText();
    expect(text).toContain("computed for logs-example");
    expect(text).toContain("it/roles_mapping.yml:3:11: rolesmapping/logs_reader: users ann");
    expect(text).toContain(
      "it/roles.yml:4:24: roles/logs_reader: index_permissions[0].index_patterns logs-*",
    );
    expect(text).toContain(
      "it/action_groups.yml:3:21: actiongroups/look: allowed_actions indices:data/read*",
    );
    expect(text).toContain("missing: the index permission indices:data/write/index");
    await why.getByRole("button", { name: "Close" }).click();
    expect(await why.isVisible()).toBe(false);
  });
});
