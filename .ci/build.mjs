// Builds what npm ships into dist/, or into a folder of it that is named: the library, compiled, and the command line, bundled
// into bin/, because one file of everything that a command needs loads in half the time of hundreds.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundling, licencesOf, root } from "./bundle.mjs";

const target = join(root, "dist", process.argv[2] ?? "");
const outdir = join(target, "bin");

// What an older state of the sources left behind would be shipped as well.
for (const folder of ["bin", "schemas", "src"])
  rmSync(join(target, folder), { recursive: true, force: true });

const tsc = join(root, "node_modules/.bin/tsc");
const { status } = spawnSync(tsc, ["-p", ".ci", "--outDir", target], {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (status !== 0) process.exit(status ?? 1);

const { metafile } = await build({
  ...bundling(target),
  entryPoints: { osac: "src/cli.ts" },
  outdir,
  splitting: true,
  chunkNames: "[name]-[hash]",
  target: "node20.19",
  // Its threads load it by themselves.
  external: ["hash-wasm"],
});
writeFileSync(join(outdir, "licences.txt"), `${licencesOf(metafile)}\n`);
