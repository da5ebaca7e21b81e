import { DUMP_SCHEMA, NOT_RESOLVED, defineScalarTag, dump } from "js-yaml";
import type { JsonObject } from "../../model/value.ts";
import { readPlain } from "./scalar.ts";

/**
 * Texts that only the plugin reads as another type, such as `._`, which is a number to it. osac quotes them.
 */
const misread = defineScalarTag("!misread", {
  implicit: true,
  resolve: (text) => (isText(text) ? NOT_RESOLVED : text),
  identify: () => false,
});

function isText(text: string): boolean {
  const read = readPlain(text);
  return "value" in read && read.value === text;
}

const schema = DUMP_SCHEMA.withTags(misread);

/**
 * Formats a file: block style, an empty line between entities, and quotes for every text that YAML 1.1 would
 * misread.
 */
export function dumpYaml(content: JsonObject): string {
  const parts = Object.entries(content).map(([name, value]) =>
    dump({ [name]: value }, { lineWidth: -1, noRefs: true, schema }),
  );
  return `---\n${parts.join("\n")}`;
}
