import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingForNode } from "../../../../server/node/java.ts";
import { borrowNode } from "../../../../server/node/borrow.ts";
import { Cluster } from "./cluster.ts";
import { compareDifferences } from "./difference.ts";

/** `npm run differential` makes more changes; a seed makes a run the same again. */
const pairs = Number(process.env["OSAC_DIFFERENTIAL_CHANGES"] ?? 2);
const seed = Number(process.env["OSAC_DIFFERENTIAL_SEED"] ?? 1);

describe.for(["2.19.4", "3.4.0"] as const)("%s", (version) => {
  const missing = missingForNode(version);
  let cluster: Cluster;

  beforeAll(async () => {
    if (missing) return;
    cluster = new Cluster(await borrowNode({ version }));
    await cluster.prepare();
  });

  afterAll(async () => {
    if (missing) return;
    await cluster.close();
    await cluster.node.stop();
  });

  test.skipIf(missing)(
    "each gain and loss is one on the node, and each answer that changes has a line",
    { timeout: 3_600_000 },
    async () => {
      const { confirmed, flips, disagreements } = await compareDifferences(cluster, pairs, seed);
      console.log(
        `${version}: ${confirmed} lines confirmed, ${flips} changed answers told, ${pairs} changes, seed ${seed}`,
      );
      expect(disagreements.join("\n\n")).toBe("");
      expect(confirmed).toBeGreaterThan(pairs);
    },
  );
});
