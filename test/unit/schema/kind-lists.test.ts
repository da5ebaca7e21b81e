import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindNames } from "../../../src/model/kind-name.ts";

const schemas = join(import.meta.dirname, "../../../schemas");

test.each(["plan", "saved-plan", "backup", "audit-log"])(
  "the schema of %s names every resource type, in the order of creation",
  async (document) => {
    const path = join(schemas, `${document}.schema.json`);
    const text = readFileSync(path, "utf8").replace(
      /("description": "The resource type, named as in the Security API\.",\n( *)"enum": )\[[^\]]*\]/,
      (_, start: string, indent: string) =>
        `${start}[\n${kindNames.map((name) => `${indent}  "${name}"`).join(",\n")}\n${indent}]`,
    );
    await expect(text).toMatchFileSnapshot(path);
  },
);
