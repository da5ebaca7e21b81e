import { defineConfig } from "vitest/config";

/** The same tests as in the suite, with many more questions and changes, unless the environment says other numbers. */
export default defineConfig({
  test: {
    include: ["test/unit/access/effective/differential/*.node.test.ts"],
    hookTimeout: 300_000,
    env: {
      OSAC_DIFFERENTIAL_QUESTIONS: process.env["OSAC_DIFFERENTIAL_QUESTIONS"] ?? "20000",
      OSAC_DIFFERENTIAL_CHANGES: process.env["OSAC_DIFFERENTIAL_CHANGES"] ?? "60",
    },
  },
});
