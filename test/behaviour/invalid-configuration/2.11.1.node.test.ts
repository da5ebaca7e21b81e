import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { startNode } from "../../server/node/start.ts";
import { invalidConfigurationSuite } from "./suite.ts";

describe.skipIf(skipsNode("2.11.1"))("OpenSearch 2.11.1", () =>
  invalidConfigurationSuite("2.11.1", () => startNode({ version: "2.11.1" }), true),
);
