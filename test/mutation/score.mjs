import { readFileSync } from "node:fs";
import { isInSample } from "./sample.mjs";

const folder = process.env.OSAC_MUTATE ?? "plan";
const sample = {
  share: Number(process.env.OSAC_MUTATE_SHARE ?? 1),
  seed: process.env.OSAC_MUTATE_SEED ?? "1",
};

/** What `npm run mutation:quick` found about a sample. Code that no test reaches counts as not noticed. */
const { files } = JSON.parse(
  readFileSync(`node_modules/.cache/stryker/quick-${folder.replaceAll("/", "-")}.json`, "utf8"),
);
const mutants = Object.entries(files).flatMap(([file, { mutants: all, source }]) =>
  all.map((one) => ({ ...one, file, source })),
);
const noticed = mutants.filter(({ status }) => ["Killed", "Timeout"].includes(status));
const survived = mutants.filter(({ status }) => status === "Survived");
const unreached = mutants.filter((one) => one.status === "NoCoverage" && isSampled(one));

for (const { file, location, source, replacement, status } of [...survived, ...unreached]) {
  const { start, end } = location;
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = start.line === end.line ? end.column - 1 : undefined;
  const code = lines.join(" ").slice(start.column - 1, last);
  process.stdout.write(`${file}:${start.line} ${status}: ${shorten(code)} → ${shorten(replacement)}\n`);
}
const all = noticed.length + survived.length + unreached.length;
process.stdout.write(
  `${folder}: ${noticed.length} of ${all} noticed (${((100 * noticed.length) / all).toFixed(1)} %), ${unreached.length} not reached\n`,
);

/** The report counts lines and columns from one, and the runner from zero. */
function isSampled({ file, location, replacement }) {
  const [start, end] = [location.start, location.end].map(({ line, column }) => ({
    line: line - 1,
    column: column - 1,
  }));
  return isInSample({ fileName: file, location: { start, end }, replacement }, sample);
}

function shorten(text) {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}
