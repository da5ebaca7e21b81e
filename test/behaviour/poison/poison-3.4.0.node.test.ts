import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { startNode } from "../../server/node/start.ts";
import { poisonSuite } from "./suite.ts";

describe.skipIf(skipsNode("3.4.0"))("OpenSearch 3.4.0", () =>
  poisonSuite("3.4.0", () => startNode({ version: "3.4.0" }), true),
);
