import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import { invalidConfigurationSuite } from "./suite.ts";

describe.skipIf(skipsNode("3.4.0"))("OpenSearch 3.4.0", () =>
  invalidConfigurationSuite("3.4.0", () => borrowNode({ version: "3.4.0" }), true),
);
