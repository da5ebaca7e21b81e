import { expect, test } from "vitest";
import { startQuick } from "../cluster/stage.ts";
import { soak } from "./soak.ts";

test("two runs and a person at once lose nothing of each other", async () => {
  const simulator = await startQuick({ writeDelayMs: 20 });
  const { appliers, editor } = await soak(simulator, { seconds: 8, seed: 1 });
  expect([...appliers.left.lost, ...appliers.right.lost, ...editor.overwritten]).toEqual([]);
  expect(appliers.left.conflicts + appliers.right.conflicts + editor.conflicts).toBeGreaterThan(0);
});
