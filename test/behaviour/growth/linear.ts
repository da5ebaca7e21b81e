import { expect } from "vitest";

/**
 * The sizes that are compared. At the larger one quadratic code takes 64 times as long, linear code 8 times.
 */
const ratio = 8;

/** More than linear code ever takes, even on a busy machine, and far less than quadratic code takes. */
const allowance = 3;

/** A shorter time cannot be distinguished from noise, and is harmless. */
const noiseMs = 200;

/**
 * Runs code with an input of a hostile size and with an eighth of it, and expects about eight times as much
 * processor time. The time of the clock would depend on other processes of the machine.
 */
export async function expectLinear(
  size: number,
  prepare: (size: number) => Promise<() => Promise<void>>,
): Promise<void> {
  const [small, large] = [await prepare(Math.floor(size / ratio)), await prepare(size)];
  await small();
  const first = await processorMs(large);
  if (first < noiseMs) return;
  const least = await leastMs(small);
  const allowed = Math.max(noiseMs, allowance * ratio * least);
  if (first < allowed) return;
  const most = await leastMs(large);
  expect(most, `${Math.round(least)} ms, and ${ratio} times as large ${Math.round(most)} ms`).toBeLessThan(
    allowed,
  );
}

/** The shortest time of some runs, so that other work of the process does not count. */
async function leastMs(run: () => Promise<void>): Promise<number> {
  return Math.min(await processorMs(run), await processorMs(run));
}

async function processorMs(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
