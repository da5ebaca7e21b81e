import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const whole = JSON.parse(readFileSync(".stryker.config.json", "utf8"));

/**
 * The tests that judge a folder of src. They run in one process: `laws`, which try an example many times, and what takes
 * seconds are left out. A change that only tests of other folders notice counts as not noticed.
 */
const folders = {
  plan: {
    tests: ["test/unit/plan"],
    laws: "#(no patch of|a reviewed plan of \\w+ |the id of a plan for|a request for|the way back of (?!a login))",
  },
  secrets: { tests: ["test/unit/secrets"] },
  settings: { tests: ["test/unit/settings"] },
  report: {
    tests: ["test/unit/report", "test/unit/access/answers"],
    laws: "report/(flood|documents|width)|(whatever differs is seen|two changes that differ|two plans that write)",
  },
  cluster: { tests: ["test/unit/cluster"] },
  github: {
    tests: ["test/unit/github", "test/behaviour/github/api.test.ts", "test/behaviour/github/oidc.test.ts"],
  },
  access: {
    tests: ["test/unit/access"],
    laws: "(what the evaluator says|more patterns like|a gain is told if|no random edit that)",
  },
  "access/effective": {
    tests: ["test/unit/access/effective", "test/unit/access/answers"],
    laws: "what the evaluator says",
  },
};

const folder = process.env.OSAC_MUTATE ?? "plan";
const name = folder.replaceAll("/", "-");
const { tests, laws = "$^" } = folders[folder];
const share = Number(process.env.OSAC_MUTATE_SHARE ?? 1);
const seed = process.env.OSAC_MUTATE_SEED ?? "1";

/** `npm run mutation:quick`: the plans alone. `OSAC_MUTATE=settings npm run mutation:quick`: another folder. */
export default {
  ...whole,
  mutate: [`src/${folder}/**/*.ts`],
  testRunner: "one-process",
  plugins: [join(import.meta.dirname, "runner.mjs")],
  vitest: undefined,
  oneProcess: { files: tests.flatMap(listTests), laws, sample: { share, seed } },
  concurrency: 1,
  timeoutMS: 60_000,
  jsonReporter: { fileName: `node_modules/.cache/stryker/quick-${name}.json` },
  tempDirName: `node_modules/.cache/stryker/quick-${name}`,
};

function listTests(path) {
  if (path.endsWith(".test.ts")) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.endsWith(".node.test.ts"))
    .map((name) => join(path, name));
}
