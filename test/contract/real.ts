import { missingForNode } from "../node/java.ts";
import { type NodeOptions, startNode } from "../node/start.ts";
import { legacyPath } from "./caller.ts";
import { contractSuite, type Cluster, type Suite } from "./suite.ts";

/** Whether tests against real nodes are skipped here. Loudly, and where it matters not at all. */
export function skipsNode(version: NodeOptions["version"]): boolean {
  const missing = missingForNode(version);
  if (!missing) return false;
  if (process.env["CI"] === "true" || process.env["OSAC_REQUIRE_NODE"] === "1") throw new Error(missing);
  console.warn(`SKIPPED: the tests against a real OpenSearch ${version}: ${missing}`);
  return true;
}

/** The suite for a node behind a proxy that ends TLS, asked as under the name that the plugin once had. */
export function plainNodeSuite(version: NodeOptions["version"]): Suite {
  const start = async (): Promise<Cluster> => ({
    ...(await startNode({ version, tls: false })),
    prefix: legacyPath,
  });
  return contractSuite(version, start);
}

/** The suite for a node that is started for it. */
export function nodeSuite(options: NodeOptions): Suite {
  return contractSuite(options.version, () => startNode(options));
}
