import { describe } from "vitest";
import { skipsNode } from "../contract/real.ts";
import { startNode } from "../node/start.ts";
import { poisonSuite } from "./suite.ts";

describe.skipIf(skipsNode("2.19.4"))("OpenSearch 2.19.4", () =>
  poisonSuite("2.19.4", () => startNode({ version: "2.19.4" }), true),
);
