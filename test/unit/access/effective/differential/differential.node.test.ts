import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingForNode } from "../../../../server/node/java.ts";
import { borrowNode } from "../../../../server/node/borrow.ts";
import type { NodeVersion } from "../../../../server/node/versions.ts";
import { Cluster } from "./cluster.ts";
import { compareWithNode } from "./differential.ts";

/** `npm run differential` asks more; a seed makes a run the same again. */
const questions = Number(process.env["OSAC_DIFFERENTIAL_QUESTIONS"] ?? 1000);
const seed = Number(process.env["OSAC_DIFFERENTIAL_SEED"] ?? 1);

/** What the evaluator may leave open. Up to 2.19 the server itself decides by chance between some restrictions. */
const unknownMax: Readonly<Record<NodeVersion, number>> = { "2.11.1": 0.02, "2.19.4": 0.02, "3.4.0": 0 };

describe.for(Object.entries(unknownMax) as [NodeVersion, number][])("%s", ([version, share]) => {
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
    "the evaluator and the node give the same answers",
    { timeout: 3_600_000 },
    async () => {
      const { asked, unknown, disagreements } = await compareWithNode(cluster, questions, seed);
      console.log(`${version}: ${asked} questions answered alike, ${unknown} unknown, seed ${seed}`);
      expect(disagreements.join("\n\n")).toBe("");
      expect(unknown / (asked + unknown)).toBeLessThanOrEqual(share);
    },
  );
});
