import { afterAll, beforeAll, describe } from "vitest";
import { skipsNode } from "../contract/real.ts";
import { type RunningNode, startNode } from "../node/start.ts";
import type { NodeVersion } from "../node/versions.ts";
import { knownPoison } from "./poison.ts";

describe.each<NodeVersion>(["2.11.1", "2.19.4", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("osac status", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await startNode({ version });
    });
    afterAll(() => node?.stop());

    knownPoison(version, () => node);
  });
});
