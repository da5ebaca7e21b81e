import { setFlagsFromString } from "node:v8";

/** The flag by the major version of V8, because V8 complains about a flag that it does not know. */
const flags: Readonly<Record<string, string>> = {
  11: "--interrupt-budget=1000000",
  12: "--invocation-count-for-turbofan=50000",
  13: "--invocation-count-for-turbofan=50000",
};

/**
 * Makes V8 optimize a function only after it has run longer. Most runs take less than a second, and V8 would use a
 * quarter of that to optimize functions that hardly run again.
 */
export function delayOptimization(): void {
  const flag = flags[Number.parseInt(process.versions.v8)];
  if (flag) setFlagsFromString(flag);
}
