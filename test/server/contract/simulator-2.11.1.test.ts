import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { contract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("2.11.1", () => startSimulator({ version: "2.11.1", writeDelayMs: 5 }));

describe("the simulator of 2.11.1", () => contract(suite));
