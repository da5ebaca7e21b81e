import { defineConfig } from "vitest/config";

/** Tests that start a real node: they wait long, and need the servers fetched beforehand. */
const withNodes = ["test/server/contract/**/*.test.ts", "test/**/*.node.test.ts"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/summary-reporter.ts"],
    // A file starts one node at a time, so this is also how many nodes run at once. One more than the cores of a small
    // machine: many tests wait, for a server that hangs or a node that starts.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: withNodes, testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: "nodes",
          include: withNodes,
          globalSetup: "./test/server/node/prepare-all.ts",
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
