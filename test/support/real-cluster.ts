import { missingForNode } from "../server/node/java.ts";
import { afterAll, beforeAll } from "vitest";
import { borrowNode } from "../server/node/borrow.ts";
import { administratorSettings } from "../server/node/settings.ts";
import { type NodeOptions, type RunningNode, startNode } from "../server/node/start.ts";
import { legacyPath } from "../server/contract/caller.ts";
import type { Gate } from "../server/contract/statements/gate.ts";
import { contractSuite, type Cluster, type Suite } from "../server/contract/suite.ts";

/**
 * True if tests against real nodes must be skipped. It prints a warning, and throws where these tests are
 * required.
 */
export function skipsNode(version: NodeOptions["version"]): boolean {
  const missing = missingForNode(version);
  if (!missing) return false;
  if (process.env["CI"] === "true" || process.env["OSAC_REQUIRE_NODE"] === "1") throw new Error(missing);
  console.warn(`SKIPPED: the tests against a real OpenSearch ${version}: ${missing}`);
  return true;
}

/**
 * The suite for a node behind a proxy that ends TLS, with the legacy prefix of the plugin. The node hides its
 * version from `GET /`, as for old clients, if its version supports that.
 */
export function plainNodeSuite(version: NodeOptions["version"]): Suite {
  const isOld = version.startsWith("2.");
  const override = "compatibility.override_main_response_version: true";
  const start = async (): Promise<Cluster> => ({
    ...(await startNode({ version, tls: false, ...(isOld ? { extraYml: override } : {}) })),
    prefix: legacyPath,
    ...(isOld ? { mainVersion: "7.10.2" } : {}),
  });
  return contractSuite(version, start);
}

/** The suite on a node with the usual settings. */
export function nodeSuite(version: NodeOptions["version"]): Suite {
  return contractSuite(version, () => borrowNode({ version }));
}

/** Borrows a node of each version before the tests of a block, and returns them after it. */
export function useNodes(...versions: readonly NodeOptions["version"][]): readonly RunningNode[] {
  const nodes: RunningNode[] = [];
  beforeAll(async () => {
    for (const version of versions) nodes.push(await borrowNode({ version }));
  });
  afterAll(async () => {
    await Promise.all(nodes.map(async (node) => node.stop()));
  });
  return nodes;
}

/** A node with the settings of the gate. Only those that no other file needs take a start of their own. */
export function startGate(version: NodeOptions["version"], gate: Gate): Promise<RunningNode> {
  if (!gate.allowSecurityConfig) return startNode({ version, ...gate });
  return borrowNode({ version, ...(gate.restApiAdmin && administratorSettings) });
}
