import { readFile } from "node:fs/promises";
import { format } from "node:util";
import { expect } from "vitest";

expect.extend({
  async toMatchFileSnapshot(received, path) {
    const pass = received === (await readFile(path, "utf8"));
    return { pass, message: () => `it is not as ${path}` };
  },
});

/** What tests import in place of Vitest: it collects them, so that they can be run again and again. */
export { expect };

const tests = [];
const path = { file: "", titles: [], scopes: [makeScope()] };
/** What the running test does at its end. */
let endings = [];

function makeScope() {
  return { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [], isPrepared: false };
}

/** The tests of a file, found while it is loaded. */
export async function collect(file, load) {
  path.file = file;
  await load();
  return tests;
}

export function test(title, ...given) {
  const titles = [...path.titles, title].join(" ");
  const scopes = [...path.scopes];
  const body = given.find((one) => typeof one === "function");
  // Titles may be the same in several cases of a table.
  tests.push({
    id: `${path.file}#${titles} (${tests.length + 1})`,
    file: path.file,
    run: () => runWithin(scopes, body),
    reset: () => reset(scopes),
  });
}

export function describe(title, declare) {
  path.titles.push(title);
  path.scopes.push(makeScope());
  declare();
  path.scopes.pop();
  path.titles.pop();
}

for (const declare of [test, describe]) {
  declare.each = (cases) => (title, run) => {
    for (const one of cases) {
      const given = Array.isArray(one) ? one : [one];
      declare(titled(title, given), () => run(...given));
    }
  };
  declare.for = (cases) => (title, run) => {
    for (const one of cases) declare(titled(title, Array.isArray(one) ? one : [one]), () => run(one));
  };
  declare.runIf = (isRun) => (isRun ? declare : skipped);
  declare.skipIf = (isSkipped) => (isSkipped ? skipped : declare);
}

function skipped() {}
skipped.each = skipped.for = () => skipped;

const scope = () => path.scopes.at(-1);
export const beforeAll = (run) => void scope().beforeAll.push(run);
export const afterAll = (run) => void scope().afterAll.push(run);
export const beforeEach = (run) => void scope().beforeEach.push(run);
export const afterEach = (run) => void scope().afterEach.push(run);
export const onTestFinished = (run) => void endings.push(run);

const stubbed = new Map();
export const vi = {
  setConfig() {},
  stubEnv(name, value) {
    if (!stubbed.has(name)) stubbed.set(name, process.env[name]);
    process.env[name] = value;
  },
  unstubAllEnvs() {
    for (const [name, value] of stubbed) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    stubbed.clear();
  },
};

/** Runs a test. What is prepared once for all tests of a file or a block is prepared at the first of them. */
async function runWithin(scopes, body) {
  endings = [];
  const ended = endings;
  try {
    for (const one of scopes) await prepare(one);
    for (const one of scopes) await runAll(one.beforeEach);
    await body({ expect });
  } finally {
    await runAll(ended.toReversed());
    for (const one of scopes.toReversed()) await runAll(one.afterEach);
  }
}

async function prepare(scope) {
  if (scope.isPrepared) return;
  scope.isPrepared = true;
  await runAll(scope.beforeAll);
}

/** Takes apart what was prepared for several tests, so that the next one finds it new. */
async function reset(scopes) {
  for (const one of scopes.toReversed()) {
    if (one.isPrepared) await runAll(one.afterAll);
    one.isPrepared = false;
  }
}

async function runAll(steps) {
  for (const step of steps) await step();
}

/** The title with what it names of the case. */
function titled(title, given) {
  return format(title, ...given.slice(0, title.match(/%[sij]/g)?.length ?? 0));
}
