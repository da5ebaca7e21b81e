import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { placeholderFindings, placeholdersUnseenFinding } from "../../../src/plan/server-placeholders.ts";

const found = (document: { readonly [name: string]: Json }) =>
  placeholderFindings(new Map([["roles", document]]));

const named = (document: { readonly [name: string]: Json }): string[] =>
  found(document).map(({ message }) => message.replace(/^.*: /, ""));

test("what a write takes along is named by entity, and what to do instead", () => {
  expect(found({ b: { x: ["${env.ONE}"] }, a: "none", c: 1 })).toEqual([
    {
      code: "server-placeholders",
      severity: "warning",
      message:
        "this write replaces placeholders of securityadmin.sh with the values that one node has for them: ${env.ONE} of b",
      hint: "afterwards the cluster stores the values, secrets included; to keep the placeholders, change this resource type only with securityadmin.sh",
      kind: "roles",
    },
  ]);
});

test.each<[string, Json, string[]]>([
  ["each once, sorted", "${env.B} ${env.A} ${env.B}", ["${env.A} and ${env.B} of it"]],
  ["every form that the plugin knows", "${envbc.A}${envbase64.B}", ["${envbase64.B} and ${envbc.A} of it"]],
  ["without its default, which may be a secret", "${env.A:-pass-word_(1)=}", ["${env.A} of it"]],
  ["in a field's name", { "${env.A}": 1 }, ["${env.A} of it"]],
  ["not what only looks like one", "${ENV.A} ${env.} ${env.A:x} $env.A ${file:a}", []],
])("placeholders are told apart: %s", (_, entity, expected) => {
  expect(named({ it: entity })).toEqual(expected);
});

test("a placeholder in the name of an entity is one, too", () => {
  expect(named({ "${env.A}": {} })).toEqual(["${env.A} of ${env.A}"]);
});

const makeMany = (count: number): { [name: string]: Json } =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, "${env.A}"]));

test("five entities are named, and the rest is counted", () => {
  const five = [0, 1, 2, 3, 4].map((index) => `\${env.A} of n${index}`).join(", ");
  expect(named(makeMany(5))).toEqual([five]);
  expect(named(makeMany(7))).toEqual([`${five} and 2 more`]);
});

test("each kind is told by itself, and one without any is not", () => {
  const documents = new Map([
    ["roles" as const, { a: "${env.A}" }],
    ["tenants" as const, { b: "text" }],
    ["config" as const, { c: "${env.C}" }],
  ]);
  expect(placeholderFindings(documents).map(({ kind }) => kind)).toEqual(["roles", "config"]);
});

test("who cannot see what is stored is told so", () => {
  expect(placeholdersUnseenFinding).toMatchObject({
    code: "server-placeholders-not-checked",
    severity: "notice",
    hint: "to check, log in with the admin certificate",
    message: expect.stringContaining(
      "osac cannot see whether securityadmin.sh stored placeholders",
    ) as string,
  });
});
