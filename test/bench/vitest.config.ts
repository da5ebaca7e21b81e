import { defineConfig } from "vitest/config";

/** `npm run bench`: no test, but vitest runs TypeScript and starts nodes as for the tests. */
export default defineConfig({
  test: {
    include: ["test/bench/benchmark.ts", "test/bench/access-difference.ts", "test/bench/fleet.ts"],
    fileParallelism: false,
    globalSetup: "./test/server/node/shared-nodes.ts",
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    disableConsoleIntercept: true,
  },
});
