import { defineConfig } from "vitest/config";

/** `npm run mutation`: the tests that judge plans and guards, and need no real node. */
export default defineConfig({
  test: {
    include: ["test/{plan,guard,scenarios}/**/*.test.ts", "test/laws.test.ts"],
    testTimeout: 60_000,
  },
});
