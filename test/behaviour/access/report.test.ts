import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lacksChromium, openPage, type Opened } from "../../support/browser.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { desk } from "../commands/saved.ts";

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

/** JSON that YAML accepts: it permits no invisible characters. */
const toYaml = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u202E", String.raw`\u202E`);

/** A role for two patterns of its own. */
const makeRole = (n: number): string =>
  `r${n}: { index_permissions: [{ index_patterns: ["a${n}-*", "b${n}-*"], allowed_actions: ["indices:data/read*"] }] }\n`;

describe.skipIf(lacksChromium)("the page of osac access report, in a browser,", () => {
  test("loads nothing, breaks no rule of its policy, and has a cell for each principal and column", async () => {
    const opened = await report();
    expect(opened.requests).toEqual([`file://${opened.path}`]);
    expect(await cell(opened, "user ann, logs-*: read").textContent()).toBe("read");
    expect(await cell(opened, "backend role ops, orders: everything").count()).toBe(1);
    expect(await cell(opened, "user bob, orders: none").textContent()).toBe("·");
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

  test("administrators of the security configuration stand out, with the entry that makes them so", async () => {
    const opened = await report({
      ...files,
      "it/roles_mapping.yml": `${files["it/roles_mapping.yml"]}all_access:\n  users: [root]\n`,
      "it/roles.yml": `${files["it/roles.yml"]}limiter: { cluster_permissions: ["restapi:admin/allowlist"] }\n`,
      "it/internal_users.yml": `${files["it/internal_users.yml"]}ray: { hash: "\${env.RAY}", opendistro_security_roles: [limiter] }\n`,
    });
    const { page } = opened;
    expect(await page.getByRole("rowheader", { name: "user root, administrator" }).count()).toBe(1);
    expect(await page.locator(".administrator").count()).toBe(1);
    expect(await cell(opened, "user ray, security configuration: some actions").count()).toBe(1);
    await cell(opened, "user root, security configuration: administrator").click();
    const text = await page.locator("#why").innerText();
    expect(text).toContain("administrator: yes");
    expect(text).toMatch(/it\/roles_mapping\.yml:\d+:\d+: rolesmapping\/all_access: users root/);
    await page.getByLabel("Show").selectOption("security");
    await page.getByLabel("At least").selectOption("everything");
    expect(await page.getByRole("status").textContent()).toBe("1 of 6 principals, 1 of 11 columns");
  });

  test("names of a hostile author run nothing, load nothing, and are shown with their invisible characters", async () => {
    const evil = [
      "</script><script>alert(1)</script>",
      "<img src=http://127.0.0.1:9/x onerror=alert(2)>",
      "<!--<script>",
      "a\u2028b\u202Ec",
      "&lt;b&gt;{{7}}",
    ];
    const list = toYaml(evil);
    const opened = await report({
      ...files,
      "it/roles.yml": `${meta("roles")}${JSON.stringify(evil[0])}:\n  index_permissions:\n    - index_patterns: ${list}\n      allowed_actions: ["indices:*"]\n`,
      "it/roles_mapping.yml": `${meta("rolesmapping")}${JSON.stringify(evil[0])}:\n  backend_roles: ${list}\n`,
      "it/tenants.yml": `${meta("tenants")}${evil.map((name) => `${toYaml(name)}: {}\n`).join("")}`,
    });
    const { page, errors, requests, path } = opened;
    const shown = [
      "</script><script>alert(1)</script>",
      "<!--<script>",
      "a\\u2028b\\u202ec",
      "&lt;b&gt;{{7}}",
    ];
    for (const name of shown)
      expect(await page.getByRole("rowheader", { name: `backend role ${name}`, exact: true }).count()).toBe(
        1,
      );
    for (const row of [1, 2, 3]) {
      await page.locator(`[data-row="${row}"][data-column="1"]`).click();
      expect(await page.locator("#why h2").count()).toBe(1);
    }
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    expect([errors, requests]).toEqual([[], [`file://${path}`]]);
    expect(await readFile(path, "utf8")).not.toContain("\u202E");
  });

  test("the keyboard works: arrows, ends and pages move the active cell, Enter explains it, Escape returns", async () => {
    const opened = await report();
    const { page } = opened;
    const grid = page.getByRole("grid", { name: "Access of principals" });
    await grid.focus();
    const press = async (...keys: readonly string[]): Promise<string | null> => {
      for (const key of keys) await page.keyboard.press(key);
      const id = (await grid.getAttribute("aria-activedescendant"))!;
      return page.locator(`#${id}`).getAttribute("aria-label");
    };
    expect(await press("ArrowDown")).toBe("user ann, security configuration: none");
    expect(await press("ArrowRight")).toBe("user ann, logs-*: read");
    expect(await press("ArrowRight")).toBe("user ann, orders: everything");
    expect(await press("Control+End")).toContain("backend role ops, see the cluster's health:");
    expect(await press("Control+Home")).toBe("everyone, security configuration: none");
    expect(await press("PageDown", "Home")).toBe("backend role ops, security configuration: none");
    expect(await press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft")).toBe(
      "everyone, security configuration: none",
    );
    await press("ArrowDown", "ArrowRight", "Enter");
    const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");
    expect(await focused()).toBe("user ann, logs-*: read");
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.id === 'grid'")).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.active')).outlineWidth")).toBe(
      "3px",
    );
  });

  test("the grid says how many rows and columns there are, and which of them a cell has", async () => {
    const opened = await report();
    const grid = opened.page.getByRole("grid");
    const count = async (name: string): Promise<string | null> => grid.getAttribute(`aria-${name}`);
    expect([await count("rowcount"), await count("colcount")]).toEqual(["5", "11"]);
    const one = cell(opened, "user ann, orders: everything");
    expect(await one.getAttribute("aria-colindex")).toBe("4");
    expect(await one.locator("..").getAttribute("aria-rowindex")).toBe("3");
    expect(await opened.page.getByRole("columnheader", { name: "tenant finance" }).count()).toBe(1);
  });

  test("the search and the filters leave the rows and columns that fit, and say how many", async () => {
    const opened = await report();
    const { page } = opened;
    const count = (role: "rowheader" | "columnheader"): Promise<number> => page.getByRole(role).count();
    await page.getByLabel("Principals", { exact: true }).fill("ANN");
    expect(await count("rowheader")).toBe(1);
    await page.getByLabel("Show").selectOption("index");
    expect(await page.getByRole("status").textContent()).toBe("1 of 4 principals, 2 of 10 columns");
    await page.getByLabel("At least").selectOption("manage");
    expect(await page.getByRole("columnheader").allTextContents()).toContain("orders");
    expect(await count("columnheader")).toBe(2);
  });

  test.for(["light", "dark"] as const)("texts stand out from their background: %s", async (scheme) => {
    const { path } = await report();
    const { page } = await openPage(path, scheme);
    const contrasts = await page.evaluate<number[]>(`(() => {
      const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => Number(part) / 255);
        const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const back = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return colour === "rgba(0, 0, 0, 0)" && node.parentElement ? back(node.parentElement) : colour;
      };
      const nodes = document.querySelectorAll(".cell, .name, .column, .legend span, .dim, h1, label span");
      return [...nodes].map((node) => {
        const [a, b] = [light(getComputedStyle(node).color), light(back(node))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      });
    })()`);
    expect(contrasts.length).toBeGreaterThan(40);
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5);
  });

  test("500 principals and 1,000 patterns: only the visible cells are drawn, and scrolling reaches the last", async () => {
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const opened = await report({
      ...files,
      "it/roles.yml": meta("roles") + numbers.map(makeRole).join(""),
      "it/roles_mapping.yml":
        meta("rolesmapping") + numbers.map((n) => `r${n}: { users: [u${n}] }\n`).join(""),
      "it/internal_users.yml": meta("internalusers"),
    });
    const { page, path } = opened;
    expect(await page.getByRole("status").textContent()).toBe("501 of 501 principals, 1008 of 1008 columns");
    expect(await page.locator(".cell").count()).toBeLessThan(1500);
    expect((await stat(path)).size).toBeLessThan(5_000_000);
    const grid = page.getByRole("grid");
    await page.evaluate("grid.scrollTo(grid.scrollWidth, grid.scrollHeight)");
    await page.getByRole("rowheader", { name: "user u499" }).waitFor();
    expect(await page.locator(".cell").count()).toBeLessThan(1500);
    await grid.focus();
    await page.keyboard.press("Control+Home");
    await page.getByRole("rowheader", { name: "everyone" }).waitFor();
    await page.getByLabel("Principals", { exact: true }).fill("user u321");
    await page.getByLabel("At least").selectOption("read");
    expect(await page.getByRole("columnheader").allTextContents()).toEqual(
      expect.arrayContaining(["a321-*", "b321-*"]),
    );
    await cell(opened, "user u321, b321-*: read").click();
    expect(await page.locator("#why").innerText()).toContain("it/roles.yml:323:");
  });

  test("a saved plan shows what it changes: the effects, and each cell that gains or loses", async () => {
    const simulator = await start({
      documents: {
        roles: {
          reader: {
            index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["indices:data/read*"] }],
          },
        },
        rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["bob"] } },
      },
    });
    const made = await desk(simulator, {
      "roles_mapping.yml": `${meta("rolesmapping")}reader: { users: [ann] }\n`,
    });
    await made.plan();
    const { code, err, out } = await made.osac([
      "access",
      "report",
      "security",
      "--plan",
      "plan.json",
      "--html",
      "a.html",
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("user bob loses read on logs-*");
    const opened = await openPage(join(made.cwd, "a.html"));
    const { page } = opened;
    expect(await page.getByRole("list", { name: "What changes" }).innerText()).toContain(
      "user ann gains read on logs-*",
    );
    await page.getByLabel("only what the plan changes").check();
    expect(await page.getByRole("rowheader").allTextContents()).toEqual(["user ann", "user bob"]);
    expect(await cell(opened, "user ann, logs-*: read, gain by the plan, before: none").textContent()).toBe(
      "▲ read",
    );
    await cell(opened, "user bob, logs-*: none, loss by the plan, before: read").click();
    const headings = await page.locator("#why").getByRole("heading").allTextContents();
    expect(headings).toEqual(expect.arrayContaining(["Before the plan", "read: no", "read: yes"]));
    expect(opened.errors).toEqual([]);
  });
});
