import { dump } from "js-yaml";
import type { Json } from "../../model.ts";

/** A file's text: block style, an empty line between entities, and every text quoted that YAML 1.1 would misread. */
export function dumpYaml(content: { readonly [name: string]: Json }): string {
  const parts = Object.entries(content).map(([name, value]) =>
    dump({ [name]: value }, { lineWidth: -1, noRefs: true }),
  );
  return `---\n${parts.join("\n")}`;
}
