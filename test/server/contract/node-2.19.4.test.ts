import { describe } from "vitest";
import { contract } from "./contract.ts";
import { nodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = nodeSuite("2.19.4");

describe.skipIf(skipsNode("2.19.4"))("OpenSearch 2.19.4", () => contract(suite));
