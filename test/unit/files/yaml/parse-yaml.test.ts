import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../../src/files/yaml/parse-yaml.ts";
import type { Finding } from "../../../../src/model/finding.ts";
import type { Json } from "../../../../src/model/value.ts";

const brief = ({ severity, code, at }: Finding): string => `${severity} ${code} ${at?.line}:${at?.column}`;

function read(text: string): { value: Json | undefined; findings: string[] } {
  const { value, findings } = parseYaml("roles.yml", text);
  return { value, findings: findings.map(brief) };
}

// Every expectation in the next two tables is what `DefaultObjectMapper.YAML_MAPPER` of the plugin answered.
describe("a plain scalar is read as the plugin reads it", () => {
  const booleans: [string, Json][] = [
    ...["yes", "Yes", "YES", "on", "On", "true", "True", "TRUE"].map((text): [string, Json] => [text, true]),
    ...["no", "No", "NO", "off", "OFF", "false", "False"].map((text): [string, Json] => [text, false]),
    ...["y", "n", "Y", "N", "oN", "tRUE", "nULL"].map((text): [string, Json] => [text, text]),
  ];
  const others: [string, Json][] = [
    ["null", null],
    ["~", null],
    ["", null],
    ["0777", 511],
    ["-0777", -511],
    ["08", "08"],
    ["0o17", "0o17"],
    ["0x1f", 31],
    ["0X1F", "0X1F"],
    ["0b101", 5],
    ["1_000", 1000],
    ["_1", "_1"],
    ["+1", 1],
    ["-0", 0],
    ["1:30", "1:30"],
    ["12:30:45", "12:30:45"],
    ["2001-01-01", "2001-01-01"],
    ["1.10", 1.1],
    [".5", 0.5],
    ["1.5E-3", 0.0015],
    ["1.2.3.4", "1.2.3.4"],
    ["1e", "1e"],
    [".iNF", ".iNF"],
    ["NaN", "NaN"],
    ["=", "="],
    ["<<", "<<"],
    ["it's", "it's"],
    ["(uniqueMember={0})", "(uniqueMember={0})"],
    ["!!str 5", "5"],
  ];

  test.each([...booleans, ...others])("%s", (text, expected) => {
    expect(read(`a: ${text}\n`)).toEqual({ value: { a: expected }, findings: [] });
  });

  test.each([
    ["1.0", "1.0"],
    ["1e3", "1000.0"],
    ["123456789.5", "1.234567895E8"],
    ["9223372036854775808", "9223372036854775808"],
    ["0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695"],
  ])("%s, which JavaScript would print differently, is the text that the server stores", (text, expected) => {
    expect(read(`a: ${text}\n`).value).toEqual({ a: expected });
  });

  test.each([".inf", "-.INF", ".nan", "1:30.5", "190:20:30.15", "._"])("%s is refused", (text) => {
    expect(read(`a: ${text}\n`).findings).toEqual(["error yaml-number 1:4"]);
  });
});

test("keys are the text they are, whatever they look like", () => {
  expect(read("no: 1\n0777: 2\n1.10: 3\nnull: 4\n~: 5\n").value).toEqual({
    no: 1,
    "0777": 2,
    "1.10": 3,
    null: 4,
    "~": 5,
  });
});

test("a name that is magic in JavaScript is a name like any other", () => {
  const { value, keys } = parseYaml("roles.yml", "__proto__: {a: 1}\nconstructor: {b: 2}\n");

  expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
  expect([...keys.keys()]).toEqual(["__proto__", "constructor"]);
});

describe("what the plugin refuses is an error at its place", () => {
  test.each([
    ["a: 1\na: 2\n", "yaml-duplicate-key 2:1"],
    [`'a': 1\n"\\x61": 2\n`, "yaml-duplicate-key 2:1"],
    ["r:\n  b: {c: 1, c: 2}\n", "yaml-duplicate-key 2:13"],
    ["? [a]\n: b\n", "yaml-complex-key 1:3"],
    ["*x : 1\n", "yaml-complex-key 1:1"],
    ["a:\t1\n", "yaml-syntax 1:3"],
    ["a: 1\n\t\nb: 2\n", "yaml-syntax 2:1"],
    ["a:\n\tb: 1\n", "yaml-syntax 2:1"],
    ['a: "\\/"\n', "yaml-syntax 1:5"],
    ['a: "\\q"\n', "yaml-syntax 1:6"],
    ["a: \u007F\n", "yaml-syntax 1:4"],
    ["a: *.foo\n", "yaml-syntax 1:4"],
    ["a: [x?y]\n", "yaml-syntax 1:5"],
    ["a: [:x]\n", "yaml-syntax 1:5"],
    ["a: @x\n", "yaml-syntax 1:4"],
    ['a: "x" y\n', "yaml-syntax 1:8"],
    ['a:\n- "x"  b: 1\n', "yaml-syntax 2:8"],
    ["a: x: y\n", "yaml-syntax 1:5"],
    [": 1\n", "yaml-syntax 1:1"],
    ["a: [${env.X}]\n", "yaml-syntax 1:6"],
    ["...\na: 1\n", "yaml-syntax 1:1"],
    ["%YAML 2.0\n---\na: 1\n", "yaml-syntax 2:1"],
    [`${"x".repeat(1100)}: 1\n`, "yaml-syntax 1:1"],
    ["[".repeat(2000), "yaml-syntax 1:100"],
  ])("%j", (text, expected) => {
    expect(read(text).findings).toContain(`error ${expected}`);
  });
});

describe("what a person sees otherwise than the plugin is a warning", () => {
  test("an alias is nothing but its name, and a merge key a field", () => {
    expect(read("a: &x {c: 1}\nb:\n  <<: *x\n")).toEqual({
      value: { a: { c: 1 }, b: { "<<": "x" } },
      findings: ["warning yaml-merge-key 3:3", "warning yaml-alias 3:7"],
    });
  });

  test("a list of names holds what is no text", () => {
    expect(read("users: [yes, 0777, 1.10, ~, 12, true, 'no']\n").findings).toEqual([
      "warning yaml-scalar 1:9",
      "warning yaml-scalar 1:14",
      "warning yaml-scalar 1:20",
      "warning yaml-scalar 1:26",
    ]);
  });

  test("tags are mostly ignored", () => {
    expect(read("a: !foo yes\n")).toEqual({ value: { a: "yes" }, findings: ["warning yaml-tag 1:4"] });
  });
});

test("a second document is an error, though the plugin drops it without a word", () => {
  expect(read("a: 1\n---\nb: 2\n")).toEqual({
    value: { a: 1 },
    findings: ["error yaml-second-document 2:1"],
  });
  expect(read("---\na: 1\n...\n")).toEqual({ value: { a: 1 }, findings: [] });
});

test("brackets may close in the column of their key", () => {
  expect(
    read("a:\n  b: [ # why\n    x,\n  ]\n  c:\n    d: |\n      {\n        }\n  e: {\n  f: 1\n}\ng: 2\n"),
  ).toEqual({
    value: { a: { b: ["x"], c: { d: "{\n  }\n" }, e: { f: 1 } }, g: 2 },
    findings: [],
  });
});

test("blocks, folds, line ends and a missing last line end are read as the plugin reads them", () => {
  expect(read("a: |\n  l1\n  l2\n\nb: >-\n  l1\n   l2\n  l3\nc: x\n  y\r\nd: |\n  end").value).toEqual({
    a: "l1\nl2\n",
    b: "l1\n l2\nl3",
    c: "x y",
    d: "end",
  });
});

test("a file without content has the value null", () => {
  for (const text of ["", "# nothing\n", "---\n", "~\n"])
    expect(read(text)).toEqual({ value: null, findings: [] });
});

test("no text makes the reader crash or go without a value and an error", () => {
  const pieces = fc.constantFrom(
    ..."- |: |? |a|b|[|]|{|}|,|'|\"|\n|\n  |\n- |#|&a |*a|!t |\t|---\n|...\n|%|\\|0777|yes|<<: |\r\n|é|${env.X}|>\n".split(
      "|",
    ),
    "|",
    "|-\n",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 30 }).map((list) => list.join("")),
  );

  fc.assert(
    fc.property(texts, (text) => {
      const { value, findings } = parseYaml("roles.yml", text);
      expect(value !== undefined || findings.some(({ severity }) => severity === "error")).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("a damaged file never makes the reader crash", () => {
  const sound = `---
_meta: {type: "roles", config_version: 2}
reader:
  reserved: false
  cluster_permissions: [
    "cluster_monitor", # why
  ]
  index_permissions:
  - index_patterns: ["logs-*"]
    dls: "{\\"term\\": {\\"a\\": 1}}"
    description: |
      two
      lines
`;
  const place = fc.nat(sound.length);
  const damage = fc.constantFrom(
    "",
    "\t",
    "\n",
    '"',
    "'",
    "[",
    "}",
    ": ",
    "- ",
    "#",
    "|",
    "&",
    "*",
    "\u0000",
    "\uD800",
  );

  fc.assert(
    fc.property(place, place, damage, (from, length, inserted) => {
      const text = sound.slice(0, from) + inserted + sound.slice(from + (length % 5));
      const { value, findings } = parseYaml("roles.yml", text);
      expect(value !== undefined || findings.length > 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe("items without a value, as SnakeYAML reads them", () => {
  test.each([
    ["a:\n  -\nb: 1", { a: [null], b: 1 }],
    ["a:\n-\nb: 1", { a: [null], b: 1 }],
    ["a:\n-\n-\n- c\nb: 1", { a: [null, null, "c"], b: 1 }],
    ["a:\n- - # none\n  - c", { a: [[null, "c"]] }],
  ])("%j", (text, value) => {
    const { value: read, findings } = parseYaml("it.yml", `${text}\n`);
    expect(read).toEqual(value);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
