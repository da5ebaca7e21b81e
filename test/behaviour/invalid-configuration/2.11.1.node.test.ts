import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import { invalidConfigurationSuite } from "./suite.ts";

describe.skipIf(skipsNode("2.11.1"))("OpenSearch 2.11.1", () =>
  invalidConfigurationSuite("2.11.1", () => borrowNode({ version: "2.11.1" }), true),
);
