import { defineConfig } from "vitest/config";

/** `npm run soak`: minutes on one real node, and so no part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/soak/soak-node.ts"],
    globalSetup: "./test/server/node/shared-nodes.ts",
    testTimeout: 7_200_000,
    hookTimeout: 300_000,
    disableConsoleIntercept: true,
  },
});
