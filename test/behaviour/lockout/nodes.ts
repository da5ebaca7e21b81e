import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import { putDocuments, takeDocuments, withEntities } from "../../server/node/documents.ts";
import { administratorSettings } from "../../server/node/settings.ts";
import type { RunningNode } from "../../server/node/start.ts";
import { asOwner } from "../../server/node/state.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { baseline } from "./baseline.ts";
import { lockoutSuite } from "./suite.ts";

/** The suite on a real node, which has the demo configuration and the baseline. */
export function lockoutOnNode(version: NodeVersion): void {
  describe.skipIf(skipsNode(version))(`on OpenSearch ${version}`, () => lockoutSuite(() => start(version)));
}

/** The API would refuse a part of the baseline, so it is stored behind its back. */
async function start(version: NodeVersion): Promise<RunningNode> {
  const node = await borrowNode({ version, ...administratorSettings });
  await asOwner(node, async (owner) =>
    putDocuments(owner, withEntities(await takeDocuments(owner), baseline)),
  );
  return node;
}
