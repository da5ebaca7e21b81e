import { describe } from "vitest";
import { startQuick } from "../../support/simulated-cluster.ts";
import { invalidConfigurationSuite } from "./suite.ts";

describe.for(["2.11.1", "2.19.4", "3.4.0"])("simulated %s", (version) =>
  invalidConfigurationSuite(version, () => startQuick({ version })),
);
