import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import { invalidConfigurationSuite } from "./suite.ts";

describe.skipIf(skipsNode("2.19.4"))("OpenSearch 2.19.4", () =>
  invalidConfigurationSuite("2.19.4", () => borrowNode({ version: "2.19.4" }), true),
);
