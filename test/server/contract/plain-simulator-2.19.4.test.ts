import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { legacyPath } from "./caller.ts";
import { plainContract } from "./contract.ts";
import { contractSuite } from "./suite.ts";

const suite = contractSuite("2.19.4", async () => {
  const simulator = await startSimulator({
    version: "2.19.4",
    writeDelayMs: 5,
    tls: false,
    overridesMainVersion: true,
  });
  return { ...simulator, prefix: legacyPath, mainVersion: "7.10.2" };
});

describe("the simulator of 2.19.4", () => plainContract(suite));
