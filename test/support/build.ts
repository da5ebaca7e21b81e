import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";

const root = join(import.meta.dirname, "../..");

/**
 * Builds the command line for the tests of a file, and returns the directory of the build. It is inside the package, so
 * that the command finds its package.json.
 */
export function buildForTests(name: string): string {
  const built = join(root, "dist", name);
  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [".ci/build.mjs", name], { cwd: root });
    expect(status, String(stderr)).toBe(0);
  }, 60_000);
  afterAll(() => rmSync(built, { recursive: true, force: true }));
  return built;
}
