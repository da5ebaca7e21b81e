// Replaces GitHub's program `gh` for the calls of the workflows. It answers from the file $GH_ANSWERS, and
// records each call in $GH_CALLS. A list of answers has one item a page.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    method: { type: "string" },
    field: { type: "string", short: "f", multiple: true },
    jq: { type: "string" },
    paginate: { type: "boolean" },
    silent: { type: "boolean" },
    repo: { type: "string" },
    name: { type: "string" },
    pattern: { type: "string" },
    "typed-field": { type: "string", short: "F", multiple: true },
    dir: { type: "string" },
    "notes-file": { type: "string" },
  },
});
const [what, second, third] = positionals;
const { answers, artifacts } = JSON.parse(readFileSync(process.env.GH_ANSWERS, "utf8"));

function end(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function call(line, more = {}) {
  appendFileSync(process.env.GH_CALLS, `${JSON.stringify({ line, ...more })}\n`);
}

function api() {
  const { method = values.field ? "POST" : "GET", field = [], jq } = values;
  const fields = Object.fromEntries(
    field.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
  );
  call(`${method} ${second}`, { fields });
  const pages = answers[`${method} ${second}`] ?? end("gh: Not Found (HTTP 404)");
  for (const page of values.paginate ? pages : pages.slice(0, 1)) {
    if (values.silent) continue;
    const { stdout, stderr, status } = spawnSync("jq", ["-r", jq ?? "."], {
      input: JSON.stringify(page),
      encoding: "utf8",
    });
    if (status !== 0) end(stderr);
    process.stdout.write(stdout);
  }
}

function download() {
  call(`download ${third}`);
  const folder = artifacts[third] ?? end(`no valid artifacts found to download`);
  cpSync(folder, values.dir, { recursive: true });
}

if (what === "api") api();
else if (what === "run" && second === "download") download();
else call(positionals.join(" "), values);
