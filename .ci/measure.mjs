// Measures the sources: `npm run measure` prints the table, `-- --write` puts it into docs/quality.md, `-- --json` prints the
// rows for the test that keeps what was reached. A folder may be named instead of src, for example an older state.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSources } from "./measure/sources.mjs";
import { measure } from "./measure/table.mjs";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/quality.md");
const words = process.argv.slice(2);
const folder = words.find((word) => !word.startsWith("--")) ?? join(root, "src");

const rows = measure(readSources(folder));
if (words.includes("--json")) console.log(JSON.stringify(rows));
else if (words.includes("--write")) writeTable();
else console.log(tableText());

function tableText() {
  const lines = rows.map(({ name, figures, remark, goals, isLeast }) => {
    const value = [figures.join(" / "), remark && `(${remark})`].filter(Boolean).join(" ");
    const goal = goals.length > 0 ? `${isLeast ? "≥" : "≤"} ${goals.join(" / ")}` : "";
    return `| ${name} | ${value} | ${goal} |`;
  });
  return ["| of `src` | measured | goal |", "|---|---|---|", ...lines].join("\n");
}

function writeTable() {
  const text = readFileSync(page, "utf8");
  const marked = /(<!-- measured -->\n)[^]*?(<!-- \/measured -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no <!-- measured --> … <!-- /measured -->`);
  writeFileSync(
    page,
    text.replace(marked, (_, begin, end) => `${begin}${tableText()}\n${end}`),
  );
}
