import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import options from "../report/html/client/esbuild.json" with { type: "json" };

/** Bundles the script of the page. What npm ships has the bundled text in the place of this file. */
export function readPageCode(): string {
  const entry = fileURLToPath(new URL("../report/html/client/main.ts", import.meta.url));
  const { outputFiles } = buildSync({ ...(options as object), write: false, entryPoints: [entry] });
  return outputFiles[0]!.text;
}
