import { describe } from "vitest";
import { contract } from "./contract.ts";
import { nodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = nodeSuite("2.11.1");

describe.skipIf(skipsNode("2.11.1"))("OpenSearch 2.11.1", () => contract(suite));
