// Takes the picture of docs/access.md: the page that osac access report writes of examples/full, in a real browser.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "./bundle.mjs";

const folder = mkdtempSync(join(tmpdir(), "osac-screenshot-"));
const page = join(folder, "access.html");
const argv = ["dist/bin/osac.js", "access", "report", "examples/full", "--html", page];
const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

const browser = await chromium.launchPersistentContext(join(folder, "profile"), {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  viewport: { width: 1200, height: 620 },
});
try {
  const opened = await browser.newPage();
  await opened.goto(`file://${page}`);
  await opened.getByRole("gridcell", { name: /^backend role analysts, logs-\*:/ }).click();
  await opened.screenshot({ path: join(root, "docs/images/access-report.png") });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
