import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** Without Chromium a test is skipped, and says what to install; the checks of a change require it. */
export const lacksChromium = executablePath === undefined && process.env["REQUIRE_CHROMIUM"] === undefined;
if (lacksChromium) console.warn("skipped, because there is no Chromium: apt-get install chromium");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page in a headless Chromium, and what went wrong in it. */
export interface Opened {
  readonly page: Page;
  /** The errors of scripts, and what the policy of the page refused. */
  readonly errors: readonly string[];
  /** The addresses that the page asked for. */
  readonly requests: readonly string[];
}

/** Opens a file in a new, empty profile. The end of the test closes it. */
export async function openPage(file: string, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
  if (executablePath === undefined) throw new Error("there is no Chromium: apt-get install chromium");
  const profile = await mkdtemp(join(tmpdir(), "osac-browser-"));
  const viewport = { width: 1200, height: 640 };
  const options = { executablePath, headless: true, args: flags, colorScheme, viewport };
  const context = await chromium.launchPersistentContext(profile, options);
  onTestFinished(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  const [errors, requests]: [string[], string[]] = [[], []];
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => errors.push(dialog.message())));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${file}`);
  return { page, errors, requests };
}
