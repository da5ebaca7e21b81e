import { expect, test } from "vitest";
import { startQuick } from "../support/simulated-cluster.ts";
import { soak } from "./soak.ts";

test("two runs and a person at once lose nothing of each other", async () => {
  const simulator = await startQuick({ writeDelayMs: 20 });
  const { appliers, editor } = await soak(simulator, { seconds: 8, seed: 1 });
  expect([...appliers.left.lost, ...appliers.right.lost, ...editor.overwritten]).toEqual([]);
  // Whether they meet depends on the machine; that each of them writes does not.
  for (const writes of [appliers.left.writes, appliers.right.writes, editor.edits])
    expect(writes).toBeGreaterThan(0);
});
