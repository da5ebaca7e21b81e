import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { contract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("2.19.4", () => startSimulator({ version: "2.19.4", writeDelayMs: 5 }));

describe("the simulator of 2.19.4", () => contract(suite));
