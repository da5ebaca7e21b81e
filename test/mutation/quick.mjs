import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const whole = JSON.parse(readFileSync(".stryker.config.json", "utf8"));

/**
 * `npm run mutation:quick`: plans alone, judged by their own examples in one process. Laws, which try an example many
 * times, and scenarios, which start a simulator, notice some mutants more; `npm run mutation` has them all.
 */
export default {
  ...whole,
  mutate: ["src/plan/**/*.ts"],
  testRunner: "one-process",
  plugins: [join(import.meta.dirname, "runner.mjs")],
  vitest: undefined,
  oneProcess: {
    files: readdirSync("test/unit/plan", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `test/unit/plan/${name}`),
    laws: "#(no patch of|a reviewed plan of \\w+ |the id of a plan for|a request for|the way back of (?!a login))",
  },
  concurrency: 1,
  timeoutMS: 60_000,
  jsonReporter: { fileName: "node_modules/.cache/stryker/quick.json" },
  tempDirName: "node_modules/.cache/stryker/quick",
};
