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
  #standIn;
  /** Every test by its id, the quickest first. */
  #tests = new Map();

  constructor({ oneProcess }) {
    this.#files = oneProcess.files;
    this.#laws = new RegExp(oneProcess.laws);
  }

  /** Nothing has to be loaded anew for a mutant: none is on while modules load (`ignoreStatic`). */
  capabilities() {
    return { reloadEnvironment: true };
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
    this.#standIn = standIn;
    for (const file of this.#files) await this.#load(file);
  }

  /** Each file has modules of its own, as under Vitest: what others left in them would be in the way. */
  async #load(file) {
    const { runner } = this.#server.environments.ssr;
    runner.clearCache();
    const { collect } = await runner.import(this.#standIn);
    for (const one of await collect(file, () => runner.import(join(process.cwd(), file))))
      if (!this.#laws.test(one.id)) this.#tests.set(one.id, one);
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
    const ids = [...this.#tests.keys()].filter((id) => covering.has(id));
    for (const [index, id] of ids.entries()) {
      const failure = await this.#failureUnder({ activeMutant: activeMutant.id, hitCount: 0, hitLimit }, id);
      if (failure !== undefined)
        return { status: "killed", killedBy: [id], failureMessage: failure, nrOfTests: index + 1 };
    }
    return { status: "survived", nrOfTests: ids.length };
  }

  /** Why a test fails under a mutant. One that fails without it, too, is asked again with new modules. */
  async #failureUnder(mutant, id) {
    const failure = await this.#failureOf(id, mutant);
    if (failure === undefined || (await this.#failureOf(id)) === undefined) return failure;
    const { file } = this.#tests.get(id);
    await this.#load(file);
    const again = await this.#failureOf(id, mutant);
    await this.#load(file);
    return again;
  }

  async #failureOf(id, mutant = { activeMutant: undefined, hitCount: undefined, hitLimit: undefined }) {
    Object.assign(switches, mutant);
    const failure = await failureOf(this.#tests.get(id).run);
    Object.assign(switches, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    return failure;
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
