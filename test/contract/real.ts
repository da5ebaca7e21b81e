import { missingForNode } from "../node/java.ts";
import { type NodeOptions, startNode } from "../node/start.ts";
import { contractSuite, type Suite } from "./suite.ts";

/** Whether tests against real nodes are skipped here. Loudly, and where it matters not at all. */
export function skipsNode(version: NodeOptions["version"]): boolean {
  const missing = missingForNode(version);
  if (!missing) return false;
  if (process.env["CI"] === "true" || process.env["OSAC_REQUIRE_NODE"] === "1") throw new Error(missing);
  console.warn(`SKIPPED: the tests against a real OpenSearch ${version}: ${missing}`);
  return true;
}

/** The suite for a node that is started for it. */
export function nodeSuite(options: NodeOptions): Suite {
  return contractSuite(options.version, () => startNode(options));
}
