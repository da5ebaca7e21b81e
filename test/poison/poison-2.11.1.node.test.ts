import { describe } from "vitest";
import { skipsNode } from "../contract/real.ts";
import { startNode } from "../node/start.ts";
import { poisonSuite } from "./suite.ts";

describe.skipIf(skipsNode("2.11.1"))("OpenSearch 2.11.1", () =>
  poisonSuite("2.11.1", () => startNode({ version: "2.11.1" }), true),
);
