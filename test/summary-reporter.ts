import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * Ends the output with one plain line, `12 passed, 0 failed, 1 skipped`, for whatever reads the log.
 * A file or group that could not be run, or an error outside of any test, counts as a failure.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string): number => states.filter((found) => found === state).length;
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = groups.filter((group) => group.errors().length > 0).length + errors.length;
    const line = `${count("passed")} passed, ${count("failed") + broken} failed, ${count("skipped")} skipped\n`;
    // After the default reporter, which writes its own summary while the run ends.
    process.once("exit", () => process.stdout.write(line));
  }
}
