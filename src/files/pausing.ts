import { setImmediate as nextTurn } from "node:timers/promises";

/** Node delivers a signal between turns of the event loop, and so at least this often. */
const turnMsMax = 50;

/** Collects the results of a long computation step by step, and lets signals be handled in between. */
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
