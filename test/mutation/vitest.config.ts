import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const needsSimulator = ({ moduleId }: TestSpecification): boolean => /scenarios|commands/.test(moduleId);

/** A mutant needs one test that fails: what a quick one notices is not tried on a simulator as well. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => Number(needsSimulator(a)) - Number(needsSimulator(b)));
  }
}

/** `npm run mutation`: the tests that judge plans and guards, and need no real node. */
export default defineConfig({
  test: {
    include: ["test/{unit/plan,unit/guard,scenarios}/**/*.test.ts", "test/laws.test.ts"],
    sequence: { sequencer: QuickFirst },
    testTimeout: 60_000,
  },
});
