import { format } from "node:util";
import { expect } from "vitest";

/** What tests import in place of Vitest: it collects them, so that they can be run again and again. */
export { expect };

const tests = [];
const path = { file: "", titles: [] };

/** The tests of a file, found while it is loaded. */
export async function collect(file, load) {
  path.file = file;
  await load();
  return tests;
}

export function test(title, run) {
  const titles = [...path.titles, title].join(" ");
  // Titles may be the same in several cases of a table.
  tests.push({ id: `${path.file}#${titles} (${tests.length + 1})`, file: path.file, run });
}

export function describe(title, declare) {
  path.titles.push(title);
  declare();
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
}

/** The title with what it names of the case. */
function titled(title, given) {
  return format(title, ...given.slice(0, title.match(/%[sij]/g)?.length ?? 0));
}
