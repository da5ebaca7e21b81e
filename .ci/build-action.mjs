// Bundles the GitHub Action into dist/action.js, which is committed: a runner installs nothing.
// The licences of everything in the bundle stand at its end.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundling, licencesOf, root } from "./bundle.mjs";

const outfile = join(root, "dist/action.js");

const { metafile, outputFiles } = await build({
  ...bundling(join(root, "dist")),
  entryPoints: ["src/action.ts"],
  outfile,
  minify: true,
  keepNames: true,
  target: "node24",
  write: false,
});

const licences = licencesOf(metafile).replaceAll("*/", "* /");
const text = `${outputFiles[0].text.trimEnd()}\n/*! This file contains:\n\n${licences}\n*/\n`;
mkdirSync(join(root, "dist"), { recursive: true });
if (!existsSync(outfile) || readFileSync(outfile, "utf8") !== text) writeFileSync(outfile, text);
