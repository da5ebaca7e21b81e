import fc from "fast-check";
import { expect, test } from "vitest";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import type { Change } from "../../../src/model/change.ts";
import type { Body, Json, Value } from "../../../src/model/value.ts";
import { findFieldChanges } from "../../../src/report/field-changes.ts";
import { fieldsText } from "../../../src/report/fields-text.ts";
import { plain } from "../../../src/report/markdown.ts";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { entityShape } from "../../../src/schema/shape.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { withPath } from "../../../src/value/path.ts";
import { isRecord } from "../../../src/value/record.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { bodies } from "../../support/bodies.ts";

type Fields = { [name: string]: Json };

function shown(before: Fields, after: Fields): string {
  return show({ action: "update", kind: "config", name: "config", before, after });
}

function show(change: Change): string {
  const shape = entityShape(kinds[change.kind]);
  return fieldsText(findFieldChanges(change, "before"), change.action, plain, { shape });
}

test.for<[change: string, before: Fields, after: Fields, text: string]>([
  ["a field without a name", { a: { b: 1 } }, { a: { b: 1, "": { c: "x" } } }, '+ ""'],
  ["a field below one without a name", { "": { b: 1 } }, { "": { b: 2 } }, "b  1 → 2"],
  ["an empty text where there was none", {}, { a: "" }, 'a  ""'],
  ["an empty list where there was none", {}, { a: [] }, "a  []"],
  ["an empty map that is gone", { a: {} }, {}, "- a"],
  ["a truth that becomes a text", { a: true }, { a: "true" }, 'a  true → "true"'],
  ["a number in a list that becomes a text", { a: [1] }, { a: ["1"] }, '+ "1"'],
  ["a list in a list that becomes a text", { a: [["b"]] }, { a: ['["b"]'] }, '- ["b"]'],
  ["a text that becomes a map", { a: "old" }, { a: { b: 1 } }, 'old → {"b":1}'],
  ["another order", { a: ["b", "c"] }, { a: ["c", "b"] }, "[b, c] → [c, b]"],
  ["an item twice", { a: ["b"] }, { a: ["b", "b"] }, "[b] → [b, b]"],
  ["an empty list that is gone", { a: [] }, {}, "a  [] → (default)"],
  ["a list that becomes empty", { a: ["b"] }, { a: [] }, "a  [b] → []"],
  ["a list that is gone", { a: ["b"] }, {}, "a  [b] → (default)"],
  ["a text that becomes empty", { a: "b" }, { a: "" }, 'a  b → ""'],
  ["a text that looks like an added item", {}, { a: "+ b" }, 'a  "+ b"'],
  ["a text that looks like a map", { a: "b" }, { a: '{"c":1}' }, 'b → "{\\"c\\":1}"'],
  ["a text that looks like quoted", { a: "b" }, { a: '"true"' }, 'b → "\\"true\\""'],
  ["another order of what is no text", { a: ["b", { c: 1 }] }, { a: [{ c: 1 }, "b"] }, '[{"c":1}, b]'],
  ["a name that ends with a blank", {}, { "a ": "b" }, '"a "  b'],
  ["a word of the report as a text", { a: "b" }, { a: "(default)" }, 'b → "(default)"'],
])("%s is seen", ([, before, after, text]) => {
  expect(shown(before, after)).toContain(text);
});

const name = fc.constantFrom("", "a", "b", "constructor", "toString");
// No null: a canonical body has none, and the report shows an absent field as it would show one.
const scalar = fc.constantFrom<Json[]>("a", "1", 1, "true", true, "null", "[]", "{}", "(default)", "a, b");
const { tree } = fc.letrec<{ tree: Fields; value: Json }>((tie) => ({
  tree: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(scalar, { minLength: 1, maxLength: 3 }),
    tie("tree"),
  ),
}));

function sorted(value: Json): string {
  return JSON.stringify(value, (_, one: Json) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

test("whatever differs is seen to differ", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      expect(shown(before, after) === "").toBe(sorted(before) === sorted(after));
    }),
    { numRuns: 2_000 },
  );
});

test("two changes that differ look different", () => {
  fc.assert(
    fc.property(tree, tree, tree, (before, one, other) => {
      expect(shown(before, one) === shown(before, other)).toBe(sorted(one) === sorted(other));
    }),
    { numRuns: 2_000 },
  );
});

const domain = { order: 1, http_authenticator: { type: "basic" }, authentication_backend: { type: "ldap" } };
const ldap = (config: Fields): Fields => ({
  ...domain,
  authentication_backend: { type: "ldap", config },
});
const authc = (domains: Fields): Fields => ({ dynamic: { authc: domains } });
const old = parseVersion("3.4.0");

test("an empty value of a new login domain is seen where the server keeps it", () => {
  const config = { skip_users: [], userbase: "", pool: {} };
  const text = show({
    action: "update",
    kind: "config",
    name: "config",
    before: canonicalize(kinds.config, authc({}), old),
    after: canonicalize(kinds.config, authc({ ldap: ldap(config) }), old),
  });
  expect(text).toMatch(/skip_users +\[\]\n/);
  expect(text).toMatch(/userbase +""\n/);
  expect(text).toMatch(/pool\n/);
});

test("an empty value that means the same as none is left out of what is created", () => {
  const role = canonicalize(kinds.roles, { index_permissions: [{ index_patterns: ["a"] }] }, old);
  expect(show({ action: "create", kind: "roles", name: "a", after: role })).not.toMatch(/fls|dls|cluster/);
});

test("an empty list that differs from its default is shown in what is created", () => {
  const audit = canonicalize(kinds.audit, { audit: { ignore_users: [] } }, old);
  const text = show({ action: "create", kind: "audit", name: "config", after: audit });
  expect(text).toMatch(/ignore_users +\[\]/);
  expect(text).not.toMatch(/ignore_requests/);
});

test("a declared text is shown where it replaces a live one that holds a secret", () => {
  const secret = new Secret("correct-horse-battery", "${env.A}").reveal();
  const change = { action: "update", kind: "tenants", name: "a" } as const;
  const text = show({ ...change, before: { description: `was ${secret}` }, after: { description: "now" } });
  expect(text).toContain("(sensitive) → now");
});

/** Returns every path of the fields of a body. */
function listPaths(value: Value, path: readonly string[] = []): string[][] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    [...path, name],
    ...listPaths(item, [...path, name]),
  ]);
}

/** Returns the body and another one, which differs in one field. */
function pairs(kind: Kind): fc.Arbitrary<[Body, Body]> {
  const values = fc.constantFrom<(Json | undefined)[]>(
    undefined,
    "",
    [],
    {},
    [[]],
    [""],
    "x",
    ["x"],
    false,
    0,
  );
  return bodies(kind).chain((body) => {
    const paths = listPaths(body);
    if (paths.length === 0) return fc.constant<[Body, Body]>([body, body]);
    return fc
      .tuple(fc.constantFrom(...paths), values)
      .map(([path, value]): [Body, Body] => [body, withPath(body, path, value)]);
  });
}

const someVersions = ["2.11.1", "3.4.0", "3.9.0"].map(parseVersion);

/** Returns what the reports show of the body, if an entity gets it: in the text, and in the document. */
function showBody({ name: kind }: Kind, before: Body, after: Body): string[] {
  const changes: Change[] = [
    { action: "create", kind, name: "a", after },
    { action: "update", kind, name: "a", before, after },
  ];
  return changes.flatMap((change) => [show(change), sorted(findFieldChanges(change, "before") as never)]);
}

test.for(allKinds.map((kind) => [kind.name, kind] as const))(
  "two plans that write different %s look different",
  ([, kind]) => {
    fc.assert(
      fc.property(pairs(kind), bodies(kind), fc.constantFrom(...someVersions), (pair, before, version) => {
        const [one, other, live] = [...pair, before].map((body) => canonicalize(kind, body, version));
        // Two secrets look the same, however they differ.
        fc.pre(sorted(one as Json) !== sorted(other as Json));
        const others = showBody(kind, live!, other!);
        showBody(kind, live!, one!).forEach((text, index) => expect(text).not.toBe(others[index]));
      }),
      { numRuns: 200 },
    );
  },
);

test("a declared password is shown as the hash that the cluster gets, and a declared hash as it is", () => {
  const secret = new Secret("correct-horse-battery", "${env.A}");
  const [password, hash] = [secret.asPassword(), secret].map((one) =>
    show({ action: "create", kind: "internalusers", name: "ann", after: { hash: one } }),
  );
  expect(password).toContain("hash  hash of ${env.A}\n");
  expect(hash).toContain("hash  ${env.A}\n");
});
