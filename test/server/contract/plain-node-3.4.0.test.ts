import { describe } from "vitest";
import { plainContract } from "./contract.ts";
import { plainNodeSuite, skipsNode } from "../../support/real-cluster.ts";

const suite = plainNodeSuite("3.4.0");

describe.skipIf(skipsNode("3.4.0"))("OpenSearch 3.4.0", () => plainContract(suite));
