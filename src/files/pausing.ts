import { setImmediate as nextTurn } from "node:timers/promises";

/** Node delivers a signal between turns of the event loop, and so at least this often. */
const turnMsMax = 50;

/** Collects what a long search finds by each item, and lets signals be handled in between. */
export async function collectPausing<Item, Found>(
  items: Iterable<Item>,
  find: (item: Item) => readonly Found[],
): Promise<Found[]> {
  const collected: Found[] = [];
  let began = performance.now();
  for (const item of items) {
    for (const found of find(item)) collected.push(found);
    if (performance.now() - began < turnMsMax) continue;
    await nextTurn();
    began = performance.now();
  }
  return collected;
}
