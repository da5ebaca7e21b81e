import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Reads examples of the package. Returns their texts by their paths below `examples/`. */
export async function readExamples(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const root = dirname(createRequire(import.meta.url).resolve("opensearch-security-as-code/package.json"));
  const read = paths.map(
    async (path) => [path, await readFile(join(root, "examples", path), "utf8")] as const,
  );
  return new Map(await Promise.all(read));
}
