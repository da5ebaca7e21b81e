import { setImmediate as nextTurn } from "node:timers/promises";

/** A signal is heard between turns of the event loop, and so at least this often. */
const turnMsMax = 50;

/** Collects what a long computation finds, step by step, and lets signals be heard on the way. */
export async function collectPausing<Item>(steps: Iterable<readonly Item[]>): Promise<Item[]> {
  const collected: Item[] = [];
  let began = performance.now();
  for (const found of steps) {
    for (const item of found) collected.push(item);
    if (performance.now() - began < turnMsMax) continue;
    await nextTurn();
    began = performance.now();
  }
  return collected;
}
