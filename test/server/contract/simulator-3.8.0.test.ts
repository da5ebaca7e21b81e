import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { contract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("3.8.0", () => startSimulator({ version: "3.8.0", writeDelayMs: 5 }));

describe("the simulator of 3.8.0", () => contract(suite));
