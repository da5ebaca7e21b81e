import { defineConfig } from "vitest/config";

/** The same test as in the suite, with many more questions: 20,000 a version unless the environment says another number. */
export default defineConfig({
  test: {
    include: ["test/unit/access/effective/differential/*.node.test.ts"],
    hookTimeout: 300_000,
    env: { OSAC_DIFFERENTIAL_QUESTIONS: process.env["OSAC_DIFFERENTIAL_QUESTIONS"] ?? "20000" },
  },
});
