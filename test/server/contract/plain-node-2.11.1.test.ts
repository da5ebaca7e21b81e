import { describe } from "vitest";
import { plainContract } from "./contract.ts";
import { plainNodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = plainNodeSuite("2.11.1");

describe.skipIf(skipsNode("2.11.1"))("OpenSearch 2.11.1", () => plainContract(suite));
