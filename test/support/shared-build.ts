import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The directory of the build that the test files of a run share. */
    built: string;
  }
}

/** Names the directory of the shared build before the tests, and removes it after them. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dist = join(import.meta.dirname, "../../dist");
  await mkdir(dist, { recursive: true });
  const built = join(dist, `test-${process.pid}`);
  provide("built", built);
  return async () => rm(built, { recursive: true, force: true });
}
