import { describe } from "vitest";
import { startSimulator } from "../../../src/simulator/index.ts";
import { gateStatements } from "./statements/gate.ts";

describe.each(["2.11.1", "2.19.4", "3.4.0", "3.8.0", "3.9.0"])("the simulator of %s", (version) =>
  gateStatements(version, (gate) => startSimulator({ version, ...gate })),
);
