import type { TestProject } from "vitest/node";
import { findJdk, missingForNode } from "./java.ts";
import { prepareNode } from "./prepare.ts";
import { servePool } from "./serve-pool.ts";
import { type NodeVersion, serverVersions } from "./versions.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the pool of nodes that the test files share. */
    nodePool: string;
  }
}

/**
 * Fetches every server that can run here, before any test and one after the other: Maven's cache likes no crowd. The
 * nodes that test files share run in this process, which outlives them.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const version of Object.keys(serverVersions) as NodeVersion[]) {
    const jdk = findJdk(version);
    if (jdk && !missingForNode(version)) await prepareNode(version, jdk);
  }
  const pool = await servePool();
  provide("nodePool", pool.url);
  return async () => pool.stop();
}
