import { describe } from "vitest";
import { skipsNode, startGate } from "../../support/real-cluster.ts";
import { gateStatements } from "./statements/gate.ts";

const version = "3.4.0";

describe.skipIf(skipsNode(version))(`OpenSearch ${version}`, () =>
  gateStatements(version, (gate) => startGate(version, gate)),
);
