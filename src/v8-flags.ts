import { setFlagsFromString } from "node:v8";

/**
 * V8 optimizes a function only after it has run longer. Most runs take less than a second, and V8 would use a quarter
 * of that to optimize functions that hardly run again.
 */
const olderFlag = "--interrupt-budget=1000000";
const newerFlag = "--invocation-count-for-turbofan=50000";

/** V8 collects garbage before the heap has grown by more than half. By default it may grow to four times its size. */
const heapFlag = "--heap-growing-percent=50";

/** The flags by the major version of V8, because V8 complains about a flag that it does not know. */
const flags: Readonly<Record<string, readonly string[]>> = {
  11: [olderFlag, heapFlag],
  12: [newerFlag, heapFlag],
  13: [newerFlag, heapFlag],
};

/** Tunes V8 for short runs and little memory. */
export function setV8Flags(): void {
  for (const flag of flags[Number.parseInt(process.versions.v8)] ?? []) setFlagsFromString(flag);
}
