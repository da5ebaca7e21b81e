import { join } from "node:path";
import { createViteServer } from "vitest/node";

/** What Stryker's switches look at: which mutant is on, and which test is running. */
const namespace = "__stryker__";
const switches = (globalThis[namespace] ??= {});

/**
 * Runs tests for Stryker in one process that loads everything once. A mutant is a switch within the code: to try it takes
 * as long as its tests do, where a process for each spends seconds on loading the same again.
 */
class OneProcess {
  static inject = ["options"];

  #files;
  #laws;
  #server;
  /** Every test by its id, the quickest first. */
  #tests = new Map();

  constructor({ oneProcess }) {
    this.#files = oneProcess.files;
    this.#laws = new RegExp(oneProcess.laws);
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const standIn = join(process.cwd(), "test/mutation/vitest.mjs");
    const from = `from ${JSON.stringify(standIn)}`;
    this.#server = await createViteServer({
      configFile: false,
      logLevel: "error",
      server: { middlewareMode: true, watch: null, ws: false },
      optimizeDeps: { noDiscovery: true },
      plugins: [
        {
          name: "stand-in",
          transform: (code, id) => (id === standIn ? code : code.replaceAll(/from "vitest"/g, () => from)),
        },
      ],
    });
    for (const file of this.#files)
      for (const one of await this.#testsOf(file, standIn)) this.#tests.set(one.id, one);
  }

  /** Each file has modules of its own, as under Vitest: what others left in them would be in the way. */
  async #testsOf(file, standIn) {
    const { runner } = this.#server.environments.ssr;
    runner.clearCache();
    const load = (path) => runner.import(join(process.cwd(), path));
    const { collect } = await runner.import(standIn);
    const tests = await collect(file, () => load(file));
    return tests.filter(({ id }) => !this.#laws.test(id));
  }

  async dryRun() {
    const results = [];
    for (const { id, file, run } of this.#tests.values()) {
      switches.currentTestId = id;
      const start = process.cpuUsage();
      const failure = await failureOf(run);
      const timeSpentMs = process.cpuUsage(start).user / 1000;
      switches.currentTestId = undefined;
      const end = failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure };
      results.push({ id, name: id, fileName: join(process.cwd(), file), timeSpentMs, ...end });
    }
    const quickestFirst = results.toSorted((a, b) => a.timeSpentMs - b.timeSpentMs);
    this.#tests = new Map(quickestFirst.map(({ id }) => [id, this.#tests.get(id)]));
    return { status: "complete", tests: results, mutantCoverage: switches.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    const covering = new Set(testFilter ?? this.#tests.keys());
    const tests = [...this.#tests.values()].filter(({ id }) => covering.has(id));
    Object.assign(switches, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    try {
      for (const [index, { id, run }] of tests.entries()) {
        const failure = await failureOf(run);
        if (switches.hitCount > hitLimit) return { status: "timeout", reason: "it never ends" };
        if (failure === undefined) continue;
        switches.activeMutant = undefined;
        if ((await failureOf(run)) !== undefined) throw new Error(`${id} fails without a mutant`);
        return { status: "killed", killedBy: [id], failureMessage: failure, nrOfTests: index + 1 };
      }
      return { status: "survived", nrOfTests: tests.length };
    } finally {
      Object.assign(switches, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    }
  }

  async dispose() {
    await this.#server.close();
  }
}

async function failureOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return String(error?.message ?? error);
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "one-process", injectableClass: OneProcess }];

export const strykerValidationSchema = { properties: { oneProcess: { type: "object" } } };
