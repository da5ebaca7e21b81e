import { missingForNode } from "../server/node/java.ts";
import { type NodeOptions, startNode } from "../server/node/start.ts";
import { legacyPath } from "../server/contract/caller.ts";
import { contractSuite, type Cluster, type Suite } from "../server/contract/suite.ts";

/** Whether tests against real nodes are skipped here. Loudly, and where it matters not at all. */
export function skipsNode(version: NodeOptions["version"]): boolean {
  const missing = missingForNode(version);
  if (!missing) return false;
  if (process.env["CI"] === "true" || process.env["OSAC_REQUIRE_NODE"] === "1") throw new Error(missing);
  console.warn(`SKIPPED: the tests against a real OpenSearch ${version}: ${missing}`);
  return true;
}

/**
 * The suite for a node behind a proxy that ends TLS, asked under the name that the plugin once had, and which tells its
 * version to nobody who asks as old clients do, as long as a server can be told so.
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

/** The suite for a node that is started for it. */
export function nodeSuite(options: NodeOptions): Suite {
  return contractSuite(options.version, () => startNode(options));
}
