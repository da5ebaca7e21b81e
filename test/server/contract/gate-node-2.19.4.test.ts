import { describe } from "vitest";
import { skipsNode, startGate } from "../../support/real-cluster.ts";
import { gateStatements } from "./statements/gate.ts";

const version = "2.19.4";

describe.skipIf(skipsNode(version))(`OpenSearch ${version}`, () =>
  gateStatements(version, (gate) => startGate(version, gate)),
);
