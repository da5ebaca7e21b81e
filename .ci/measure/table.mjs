// The measured table of the sources: one row a property, with a goal where there is one.
import { cycleSizes } from "./cycles.mjs";
import { followedFunctions, signatureTypes } from "./way.mjs";

/** The command line up to the command, and the command, which is loaded by its name. */
const planRoots = [
  { path: "command-line.ts", name: "runCommandLine" },
  { path: "commands/plan.ts", name: "run" },
];
/** So counted, revision 9cd5a6b has about as many files, functions and types as a reader found by hand: docs/quality.md. */
const followedFilesMin = 5;

/** Every row: what it is about, the figures, and what each of them may be at most (or at least, where `isLeast`). */
export function measure(sources) {
  const files = [...sources.values()];
  return [...sizeRows(files), ...importRows(sources, files), ...textRows(files), ...planRows(sources)];
}

function sizeRows(files) {
  const functions = files.flatMap((file) => file.functions);
  const lengths = functions.map(({ lines }) => lines);
  const parameters = functions.map((one) => one.parameters);
  const exported = files.map((file) => file.exports.length);
  const models = files
    .filter(({ path }) => /^model(?:\.ts$|\/)/.test(path))
    .map((file) => file.exports.length);
  return [
    row("files", [files.length]),
    row("lines", [sum(files.map(({ lines }) => lines))]),
    row("lines of a function: median, 90th percentile, most", spread(lengths), [7, 16, 68]),
    row(
      "functions over 50 lines, of all",
      [lengths.filter((lines) => lines > 50).length, lengths.length],
      [2],
    ),
    row("parameters: mean, 90th percentile, most", [mean(parameters), ...spread(parameters).slice(1)]),
    row("functions with 5 or more parameters", [parameters.filter((one) => one >= 5).length]),
    row("lines of a file: median, 90th percentile, most", spread(files.map(({ lines }) => lines))),
    row("exports of a file: median, 90th percentile, most", spread(exported)),
    row("exports of the largest file of the model", [Math.max(0, ...models)], [15]),
  ];
}

function importRows(sources, files) {
  const cycles = cycleSizes(sources, ({ isType, isLate }) => !isType && !isLate);
  const withTypes = cycleSizes(sources, ({ isLate }) => !isLate);
  return [
    row("groups of files that import each other's values in a circle", [cycles.length], [0]),
    row(
      "the same with types",
      [withTypes.length],
      [0],
      withTypes.length > 0 ? `${withTypes.join(", ")} files` : "",
    ),
    row("types declared", [sum(files.map(({ types }) => types.length))]),
  ];
}

function textRows(files) {
  const total = (key) => sum(files.map((file) => file[key]));
  const functions = files.flatMap((file) => file.functions);
  const named = functions.filter(({ isTopLevel }) => isTopLevel);
  const endInOf = named.filter(({ name }) => /[a-z]Of$/.test(name)).length;
  const exports = files.flatMap((file) => file.exports).filter(({ isReExport }) => !isReExport);
  return [
    row("comment lines, % of comments and code", [
      percent(total("commentLines"), total("commentLines") + total("codeLines")),
    ]),
    row(
      "exports with a doc comment, %",
      [percent(exports.filter((one) => one.isDocumented).length, exports.length)],
      [95],
      "",
      true,
    ),
    row("`any`", [total("any")], [0]),
    row("`as` casts", [total("casts")]),
    row("non-null `!`", [total("nonNulls")]),
    row("conditional spreads", [total("conditionalSpreads")], [20]),
    row(
      "top-level functions that end in `Of`, %",
      [percent(endInOf, named.length)],
      [1],
      `${endInOf} of ${named.length}`,
    ),
    row("recursive walkers", [functions.filter((one) => one.isRecursiveWalker).length], [24]),
  ];
}

function planRows(sources) {
  const followed = followedFunctions(sources, planRoots, followedFilesMin);
  return [
    row("the way of `plan`: files", [new Set(followed.map(({ path }) => path)).size], [32]),
    row("the way of `plan`: functions", [followed.length]),
    row("the way of `plan`: types", [signatureTypes(sources, followed).size], [55]),
  ];
}

function row(name, figures, goals = [], remark = "", isLeast = false) {
  const isMet = goals.every((goal, index) => (isLeast ? figures[index] >= goal : figures[index] <= goal));
  return { name, figures, goals, remark, isLeast, isMet };
}

function spread(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return [0.5, 0.9, 1].map((share) => sorted[Math.floor((sorted.length - 1) * share)]);
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}

function mean(numbers) {
  return Number((sum(numbers) / numbers.length).toFixed(2));
}

function percent(part, whole) {
  return Number(((100 * part) / whole).toFixed(1));
}
