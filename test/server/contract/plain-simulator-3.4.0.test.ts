import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { legacyPath } from "./caller.ts";
import { plainContract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("3.4.0", async () => {
  const simulator = await startSimulator({ version: "3.4.0", writeDelayMs: 5, tls: false });
  return { ...simulator, prefix: legacyPath };
});

describe("the simulator of 3.4.0", () => plainContract(suite));
