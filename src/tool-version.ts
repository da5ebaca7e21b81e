import { createRequire } from "node:module";

/** The version of osac, as its package has it. */
export function toolVersion(): string {
  const load = createRequire(import.meta.url);
  return (load("opensearch-security-as-code/package.json") as { version: string }).version;
}
