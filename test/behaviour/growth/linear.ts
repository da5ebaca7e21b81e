import { expect } from "vitest";

/** Sizes that are compared: what is quadratic takes 64 times as long at the larger one, what is linear 8 times. */
const ratio = 8;

/** More than what is linear ever takes, whatever the machine does meanwhile, and far less than what is quadratic. */
const allowance = 3;

/** What takes less is not told from noise, and hangs nobody. */
const noiseMs = 200;

/**
 * Prepares something of a hostile size and of one eighth of it, and expects that running it takes the processor about
 * eight times as long: not the time of the clock, which others on the machine decide.
 */
export async function expectLinear(
  size: number,
  prepare: (size: number) => Promise<() => Promise<void>>,
): Promise<void> {
  const [small, large] = [await prepare(Math.floor(size / ratio)), await prepare(size)];
  await small();
  if ((await processorMs(large)) < noiseMs) return;
  const [least, most] = [await leastMs(small), await leastMs(large)];
  const allowed = Math.max(noiseMs, allowance * ratio * least);
  expect(most, `${Math.round(least)} ms, and ${ratio} times as large ${Math.round(most)} ms`).toBeLessThan(
    allowed,
  );
}

/** What is left when everything else that the process does is left out: the least of a few. */
async function leastMs(run: () => Promise<void>): Promise<number> {
  return Math.min(await processorMs(run), await processorMs(run));
}

async function processorMs(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
