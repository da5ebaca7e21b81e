import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noValues } from "../../../src/files/placeholders/sources.ts";
import { parseEntities } from "../../../src/files/parse-entities.ts";
import { dumpYaml } from "../../../src/files/yaml/dump.ts";
import { hasPlaceholder } from "../../../src/files/placeholders/placeholders.ts";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import { makeFiles, readBodies } from "../../../src/export/export-files.ts";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { allKinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { isSameValue } from "../../../src/value/equal.ts";
import type { LiveKind } from "../../../src/model/entity.ts";
import type { Body } from "../../../src/model/value.ts";
import { bodies } from "../../support/bodies.ts";

const version = { major: 3, minor: 4, patch: 0 };

/** What YAML 1.1, YAML 1.2 or Jackson would take for something else than a text. */
const treacherous = [
  "yes",
  "No",
  "on",
  "y",
  "n",
  "true",
  "NULL",
  "null",
  "~",
  "",
  " ",
  "0777",
  "0o17",
  "0x1F",
  "1.10",
  "1_000",
  "1e3",
  "+1",
  "-0",
  ".inf",
  ".nan",
  "._",
  "-._1",
  "1:30.5",
  "12:30:45",
  "190:20:30",
  "2001-01-01",
  "=",
  "<<",
  "-",
  "- a",
  "?",
  ": ",
  "a: b",
  "a #b",
  "#a",
  "*",
  "*a",
  "&a",
  "!a",
  "|",
  ">",
  "%a",
  "@a",
  "`a",
  "'",
  '"',
  "'a'",
  "[a",
  "{a}",
  "a,b",
  "---",
  "...",
  "a\nb",
  "a\n",
  "\na",
  " a",
  "a ",
  "\t",
  "a\tb",
  "a\r\nb",
  "\u0000",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\ud83d\ude00",
  "日本",
  "é",
  "\\",
  "\\n",
  "a".repeat(1000),
  "a b ".repeat(100),
  '{"term": {"user": "${user.name}"}}',
  '{\n  "bool": {}\n}\n',
  "__proto__",
  "constructor",
];
const texts = fc.oneof(
  fc.constantFrom(...treacherous),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
);

describe.each(allKinds)("$name", (kind) => {
  test("whatever it holds reads back as the same", () => {
    const entities = fc.dictionary(
      kind.isSingle ? fc.constant("config") : texts.filter(isName),
      bodies(kind),
      { minKeys: kind.isSingle ? 1 : 0, maxKeys: 3 },
    );
    fc.assert(
      fc.property(entities, fc.boolean(), (written, areAllIncluded) => {
        const live = makeLive(kind, written);
        const choice = { areAllIncluded, withHashes: false, isHash: () => false };
        const read = readBodies(new Map([[kind.name, live]]), version, choice);
        const { files } = makeFiles([{ folder: "", kinds: read }], choice);
        const { declared, findings } = parseEntities(kind, kind.file, dumpYaml(files[0]!.content), noValues);
        expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(declared?.length).toBe(live.entities.size);
        for (const { name, body } of declared ?? []) {
          expect(isSameValue(canonicalize(kind, body, version), live.entities.get(name)?.body)).toBe(true);
        }
      }),
    );
  });
});

test("a text is read back as it was, as a key, in a list and as a value", () => {
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(text !== "__proto__");
      const content = { a: { [text]: text, list: [text] } };
      const { value, findings } = parseYaml("", dumpYaml(content));
      expect(value).toEqual(content);
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    }),
    { numRuns: 2000, examples: treacherous.filter((text) => text !== "__proto__").map((text) => [text]) },
  );
});

function isName(name: string): boolean {
  return name !== "_meta" && !hasPlaceholder(name);
}

function makeLive(kind: Kind, written: Readonly<Record<string, Body>>): LiveKind & { readable: true } {
  const entities = Object.entries(written).map(
    ([name, body]) => [name, { name, body: canonicalize(kind, body, version), raw: {} }] as const,
  );
  return { readable: true, entities: new Map(entities) };
}
