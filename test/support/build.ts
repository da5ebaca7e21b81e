import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, inject } from "vitest";

const root = join(import.meta.dirname, "../..");

/**
 * Builds the command line once for all test files of a run, and returns the directory of the build. It is inside the
 * package, so that the command finds its package.json.
 */
export function buildForTests(): string {
  const built = inject("built");
  const result = join(built, "result");
  beforeAll(async () => {
    if (isFirst(built)) writeFileSync(result, build(built));
    while (!existsSync(result)) await sleep(100);
    expect(readFileSync(result, "utf8")).toBe("");
  }, 180_000);
  return built;
}

/** The first test file that needs the build makes its directory; the others wait for the build. */
function isFirst(built: string): boolean {
  try {
    mkdirSync(built);
    return true;
  } catch {
    return false;
  }
}

/** Returns the errors of the build. */
function build(built: string): string {
  const argv = [".ci/build.mjs", built.slice(join(root, "dist/").length)];
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: root, encoding: "utf8" });
  return status === 0 ? "" : `the build ended with ${status}: ${stderr}`;
}
