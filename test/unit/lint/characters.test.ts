import { expect, test } from "vitest";
import { findingsOn } from "./found.ts";

const hintsOn = (...args: Parameters<typeof findingsOn>): string[] =>
  findingsOn(...args)
    .filter(({ code }) => code === "invisible-character")
    .map(({ message, hint }) => `${/U\+[0-9A-F]+/.exec(message)?.[0]}: ${hint}`);

const quoted = "in double quotes a backslash is written twice, or use single quotes";
const typed = "remove it, or type an ordinary character";

test.each([
  ["EXAMPLE\x1bva", "U+001B", quoted],
  ["EXAMPLE\nina", "U+000A", quoted],
  ["EXAMPLE\tom", "U+0009", quoted],
  ["EXAMPLE\bob", "U+0008", quoted],
  ["Build_Server\u2029roductA", "U+2029", quoted],
  ["a\xa0b", "U+00A0", quoted],
  ["a\u200bb", "U+200B", typed],
  ["\ufeffa", "U+FEFF", typed],
  ["a\u202eb", "U+202E", typed],
  ["a\u3000b", "U+3000", typed],
  ["a\xadb", "U+00AD", typed],
])("%j is told in names, members, patterns and keys", (text, code, hint) => {
  const told = `${code}: ${hint}`;
  expect(hintsOn({ tenants: { [text]: {} } })).toEqual([told]);
  expect(hintsOn({ rolesmapping: { all_access: { users: ["x", text] } } })).toEqual([told]);
  expect(hintsOn({ roles: { r: { cluster_permissions: [text] } } })).toEqual([told]);
  expect(hintsOn({ allowlist: { config: { requests: { [`/${text}`]: ["GET"] } } } })).toEqual([told]);
  expect(hintsOn({ nodesdn: { n: { nodes_dn: [text] } } })).toEqual([told]);
});

test.each(["EXAMPLE\\eva", "größe", "日本", "a b", "CN=a,OU=b", "😀"])("%j is seen", (text) => {
  expect(hintsOn({ rolesmapping: { [text]: { users: [text] } } })).toEqual([]);
});

test("texts for people, queries and certificates may have lines", () => {
  const config = { pemcert_content: "-----BEGIN\nX\n-----END" };
  const authc = { d: { http_authenticator: { type: "basic", config }, description: "a\nb" } };
  expect(hintsOn({ config: { config: { dynamic: { authc } } } })).toEqual([]);
  const dls = '{\n"match_all": {}}';
  expect(hintsOn({ roles: { r: { description: "a\tb", index_permissions: [{ dls }] } } })).toEqual([]);
});

test.each([" lead ", "lead ", " lead"])("%j is told for its spaces in names and items", (text) => {
  const told = ["undefined: remove it"];
  expect(hintsOn({ tenants: { [text]: {} } })).toEqual(told);
  expect(hintsOn({ rolesmapping: { all_access: { backend_roles: ["x", text] } } })).toEqual(told);
  expect(hintsOn({ nodesdn: { n: { nodes_dn: [text] } } })).toEqual(told);
});

test("spaces at the ends of a description, a separator or a replacement are meant", () => {
  const roles = { index_permissions: [{ masked_fields: ["a::/b/::c "] }], description: "a " };
  expect(hintsOn({ roles: { r: roles } })).toEqual([]);
});
