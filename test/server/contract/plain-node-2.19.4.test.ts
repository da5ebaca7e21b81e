import { describe } from "vitest";
import { plainContract } from "./contract.ts";
import { plainNodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = plainNodeSuite("2.19.4");

describe.skipIf(skipsNode("2.19.4"))("OpenSearch 2.19.4", () => plainContract(suite));
