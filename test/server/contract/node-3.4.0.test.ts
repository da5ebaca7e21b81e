import { describe } from "vitest";
import { contract } from "./contract.ts";
import { nodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = nodeSuite("3.4.0");

describe.skipIf(skipsNode("3.4.0"))("OpenSearch 3.4.0", () => contract(suite));
