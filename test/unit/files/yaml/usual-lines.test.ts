import fc from "fast-check";
import { expect, test } from "vitest";
import { findRefusals, hasUsualLines } from "../../../../src/files/yaml/snakeyaml.ts";
import { readEvents, YamlError } from "../../../../src/files/yaml/yaml-events.ts";

const indent = fc.constantFrom("", " ", "  ", "    ");
const usualLines = `---
# a: b
key:
key: v
- v
- key: v
- key:
a b: c::d # e
k: ~x
k: $2a
k: it's
k: 'v: w'
k: "v # w"
- 'it is'
- ..
0: 1
`.split("\n");
const usual = fc.constantFrom(...usualLines);
const rarePieces =
  "a|key: |key:|- |-|'|\"|\\\\|:| |#|*|&x |!t |? |[|]|{|}|,|---|...|>|\t|\r|\u2028|é|~|$|@|%".split("|");
const nearly = fc
  .array(fc.constantFrom("|", ...rarePieces), { maxLength: 5 })
  .map((pieces) => pieces.join(""));
const line = fc
  .tuple(indent, fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: nearly }))
  .map((parts) => parts.join(""));
const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join("\n"));

test("the search for refusals finds nothing in a text of usual lines", () => {
  let searched = 0;
  fc.assert(
    fc.property(text, (one) => {
      if (!hasUsualLines(one)) return;
      const events = parse(one);
      if (events === undefined) return;
      searched++;
      expect(findRefusals(one, events)).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
  expect(searched).toBeGreaterThan(1000);
});

test("a file as osac exports it has usual lines only", () => {
  const roles = `---
_meta:
  type: roles
  config_version: 2

# Who reads logs.
reader:
  description: Reads logs
  cluster_permissions:
    - cluster:monitor/main
  index_permissions:
    - index_patterns:
        - logs-*
      dls: '{"term": {"team": 0}}'
      fls:
        - ~secret
`;
  expect(hasUsualLines(roles)).toBe(true);
  expect(hasUsualLines(roles.replaceAll("\n", "\r\n"))).toBe(true);
  expect(hasUsualLines(`${roles}\twriter: {}\n`)).toBe(false);
});

function parse(one: string): ReturnType<typeof readEvents> | undefined {
  try {
    return readEvents(one);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}
