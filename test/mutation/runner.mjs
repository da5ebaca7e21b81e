import { join } from "node:path";
import { createServerModuleRunner } from "vite";
import { createViteServer } from "vitest/node";
import { isInSample } from "./sample.mjs";

/** What Stryker's switches look at: which mutant is on, and which test is running. */
const namespace = "__stryker__";
const switches = (globalThis[namespace] ??= {});

const none = { activeMutant: undefined, hitCount: undefined, hitLimit: undefined };

/** A test that takes longer is left out; a mutant under which a test takes that long is noticed. */
const slowestMs = 8_000;
const patienceMs = 16_000;
/** A mutant that the quickest tests do not notice within this time counts as not noticed. */
const budgetMs = 6_000;

/**
 * Runs tests for Stryker in one process that loads everything once. A mutant is a switch within the code: to try it takes
 * as long as its tests do, where a process for each spends seconds on loading the same again.
 */
class OneProcess {
  static inject = ["options"];

  #files;
  #laws;
  #sample;
  #server;
  #standIn;
  /** Every test by its id, the quickest first. */
  #tests = new Map();

  constructor({ oneProcess }) {
    this.#files = oneProcess.files;
    this.#laws = new RegExp(oneProcess.laws);
    this.#sample = oneProcess.sample;
  }

  /** Nothing has to be loaded anew for a mutant: none is on while modules load (`ignoreStatic`). */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // A test that was given up may still fail later, when nobody waits for it.
    process.on("unhandledRejection", () => {});
    process.on("uncaughtException", () => {});
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
    const runner = createServerModuleRunner(this.#server.environments.ssr, { hmr: false });
    const { collect } = await runner.import(this.#standIn);
    for (const one of await collect(file, () => runner.import(join(process.cwd(), file))))
      if (!this.#laws.test(one.id)) this.#tests.set(one.id, one);
  }

  async dryRun() {
    const results = [];
    // Commands load their modules when they first run: no constant of these may count as tried by a test.
    for (const { run } of this.#tests.values()) await failureOf(run);
    for (const [id, one] of this.#tests) {
      switches.currentTestId = id;
      const start = performance.now();
      const failure = await failureOf(one.run);
      const timeSpentMs = performance.now() - start;
      switches.currentTestId = undefined;
      if (failure !== undefined || timeSpentMs > slowestMs) {
        process.stdout.write(`left out: ${id}: ${failure ?? "it is slow"}\n`);
        delete switches.mutantCoverage.perTest[id];
        continue;
      }
      results.push({ id, name: id, fileName: join(process.cwd(), one.file), timeSpentMs, status: 0 });
    }
    const quickestFirst = results.toSorted((a, b) => a.timeSpentMs - b.timeSpentMs);
    this.#tests = new Map(quickestFirst.map(({ id }) => [id, this.#tests.get(id)]));
    return { status: "complete", tests: results, mutantCoverage: switches.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    // Stryker leaves an error out of the count.
    if (!isInSample(activeMutant, this.#sample))
      return { status: "error", errorMessage: "not in the sample" };
    const covering = new Set(testFilter ?? this.#tests.keys());
    const ids = [...this.#tests.keys()].filter((id) => covering.has(id));
    const end = performance.now() + budgetMs;
    for (const [index, id] of ids.entries()) {
      if (performance.now() > end) break;
      const failure = await this.#failureUnder({ activeMutant: activeMutant.id, hitCount: 0, hitLimit }, id);
      if (failure !== undefined)
        return { status: "killed", killedBy: [id], failureMessage: failure, nrOfTests: index + 1 };
    }
    return { status: "survived", nrOfTests: ids.length };
  }

  /** Why a test fails under a mutant. One that fails without it, too, is asked again with everything new. */
  async #failureUnder(mutant, id) {
    const failure = await this.#failureOf(id, mutant);
    if (failure === undefined || (await this.#failureOf(id)) === undefined) return failure;
    const one = this.#tests.get(id);
    if (!one.needsReset) {
      one.needsReset = true;
      return this.#failureUnder(mutant, id);
    }
    await this.#load(this.#tests.get(id).file);
    const again = await this.#failureOf(id, mutant);
    await this.#load(this.#tests.get(id).file);
    return again;
  }

  async #failureOf(id, mutant = none) {
    const one = this.#tests.get(id);
    if (one.needsReset) await one.reset();
    Object.assign(switches, mutant);
    const failure = await failureOf(one.run);
    Object.assign(switches, none);
    return failure;
  }

  async dispose() {
    await this.#server.close();
  }
}

async function failureOf(run) {
  let timer;
  const patience = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("it takes too long")), patienceMs);
  });
  try {
    await Promise.race([run(), patience]);
    return undefined;
  } catch (error) {
    return String(error?.message ?? error);
  } finally {
    clearTimeout(timer);
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "one-process", injectableClass: OneProcess }];

export const strykerValidationSchema = { properties: { oneProcess: { type: "object" } } };
