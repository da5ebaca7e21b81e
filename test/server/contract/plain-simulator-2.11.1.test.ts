import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { legacyPath } from "./caller.ts";
import { plainContract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("2.11.1", async () => {
  const simulator = await startSimulator({
    version: "2.11.1",
    writeDelayMs: 5,
    tls: false,
    overridesMainVersion: true,
  });
  return { ...simulator, prefix: legacyPath, mainVersion: "7.10.2" };
});

describe("the simulator of 2.11.1", () => plainContract(suite));
