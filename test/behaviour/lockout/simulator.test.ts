import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { administratorSettings } from "../../server/node/settings.ts";
import { baseline } from "./baseline.ts";
import { lockoutSuite } from "./suite.ts";

describe("on the simulator", () =>
  lockoutSuite(async () => {
    const simulator = await startSimulator(administratorSettings);
    for (const [kind, entities] of Object.entries(baseline))
      await simulator.edit(
        kind as keyof typeof baseline,
        (document) => structuredClone({ ...document, ...entities }) as never,
      );
    return simulator;
  }));
