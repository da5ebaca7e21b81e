import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { baseline, rolesEnabled } from "./baseline.ts";
import { lockoutSuite } from "./suite.ts";

describe("on the simulator", () =>
  lockoutSuite(async () => {
    const simulator = await startSimulator({ restApiAdmin: true, rolesEnabled });
    for (const [kind, entities] of Object.entries(baseline))
      await simulator.edit(
        kind as keyof typeof baseline,
        (document) => structuredClone({ ...document, ...entities }) as never,
      );
    return simulator;
  }));
