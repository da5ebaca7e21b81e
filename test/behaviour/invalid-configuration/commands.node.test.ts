import { afterAll, beforeAll, describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { statusOfInvalidConfigurations } from "./commands.ts";

/** The oldest and the newest version. Other tests of this folder try the causes on every version. */
describe.each<NodeVersion>(["2.11.1", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("osac status", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await borrowNode({ version });
    });
    afterAll(() => node?.stop());

    statusOfInvalidConfigurations(version, () => node);
  });
});
