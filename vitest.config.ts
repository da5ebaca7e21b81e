import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that start a real node: they wait long, and need the servers fetched beforehand. */
const withNodes = ["test/server/contract/**/*.test.ts", "test/**/*.node.test.ts"];

/** Nodes take a minute each, so that they must not come last, when a processor has nothing else to do. */
class NodesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOther = ({ project }: TestSpecification): number => Number(project.name !== "nodes");
    return (await super.sort(files)).toSorted((a, b) => isOther(a) - isOther(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: NodesFirst },
    reporters: ["default", "./test/summary-reporter.ts"],
    // A file starts one node at a time, so this is also how many nodes run at once. One more than the cores of a small
    // machine: many tests wait, for a server that hangs or a node that starts.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: withNodes,
          globalSetup: "./test/support/shared-build.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "nodes",
          include: withNodes,
          globalSetup: "./test/server/node/shared-nodes.ts",
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
