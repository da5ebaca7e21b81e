// Bundles the GitHub Action into dist/action.js, which is committed: a runner installs nothing.
// The licences of everything in the bundle stand at its end.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const outfile = join(root, "dist/action.js");

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/action.ts"],
  outfile,
  bundle: true,
  minify: true,
  keepNames: true,
  charset: "utf8",
  platform: "node",
  target: "node24",
  format: "esm",
  legalComments: "none",
  // Packages of the other module format ask for `require`, which there is none of here.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  metafile: true,
  write: false,
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
);

const licences = [...packages].toSorted().map((name) => {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${version}, ${license}\n\n${text}`.replaceAll("*/", "* /");
});

const text = `${outputFiles[0].text.trimEnd()}\n/*! This file contains:\n\n${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n*/\n`;
mkdirSync(join(root, "dist"), { recursive: true });
if (!existsSync(outfile) || readFileSync(outfile, "utf8") !== text) writeFileSync(outfile, text);
