import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasBrokenPlaceholder,
  hasPlaceholder,
  resolveName,
  resolvePlaceholders,
  resolveText,
} from "../../../src/config/placeholders/placeholders.ts";
import { openSources, usualRules } from "../../../src/config/placeholders/sources.ts";
import type { Secret } from "../../../src/secret.ts";

const env = {
  NAME: "value",
  EMPTY: "",
  DOLLAR: "a$&b",
  B64: "aGVsbG8=",
  BAD64: "a b",
  NESTED: "${env.NAME}",
  SHELL_STYLE: "${NAME}",
  WORKFLOW: "${{ secrets.NAME }}",
  DLS: '{"term": {"owner": "${user.name}", "team": "${attr.internal.team}"}}',
};

const sources = openSources(".", env, usualRules);

// What the plugin's `SecurityUtils.replaceEnvVars` does; where it leaves a placeholder as it is, the value is unknown.
describe("a text's placeholders", () => {
  test.each([
    ["${env.NAME}", "value"],
    ["x ${env.NAME} y ${env.NAME}", "x value y value"],
    ["${env.NAME:-other}", "value"],
    ["${env.MISSING:-other}", "other"],
    ["${env.EMPTY:-other}", "other"],
    ["${env.DOLLAR}", "a$&b"],
    ["${env.A=(B):-C}", "C"],
    ["${env.MISSING}", undefined],
    ["${env.MISSING:-}", undefined],
    ["${env.EMPTY}", undefined],
    ["${env.NAME}${env.MISSING}", undefined],
    ["${env.NESTED}", undefined],
    ["${env.SHELL_STYLE}", undefined],
    ["${env.WORKFLOW}", undefined],
    ["${envbc.NESTED}", undefined],
    ["${env.DLS}", '{"term": {"owner": "${user.name}", "team": "${attr.internal.team}"}}'],
    ["${envbase64.B64}", "hello"],
    ["${envbase64.MISSING:-aGVsbG8=}", "hello"],
    ["${envbase64.BAD64}", undefined],
    ["${envbc.NAME}", "value"],
    ["${envbc.MISSING:-pass}", "pass"],
    ["x${envbc.NAME}", undefined],
    ["${env.toString}", undefined],
  ])("%s gives %j", (text, expected) => {
    const found = resolveText(text, sources);
    expect("value" in found ? found.value : undefined).toBe(expected);
  });
});

test("only texts with a placeholder become secrets, which remember their text", () => {
  const body = { hash: "${env.MISSING}", plain: "x", list: ["${env.NAME}", 1, null], flag: true };

  const resolved = resolvePlaceholders(body, sources) as { hash: Secret; list: [Secret, number, null] };

  expect(resolved).toMatchObject({ plain: "x", flag: true });
  expect([resolved.hash.reference, resolved.hash.isKnown]).toEqual(["${env.MISSING}", false]);
  expect([resolved.list[0].reference, resolved.list[0].reveal()]).toEqual(["${env.NAME}", "value"]);
  expect(JSON.stringify(resolved)).not.toContain("value");
});

test("a placeholder in a key or a name is replaced only where its value may be shown", () => {
  const keys = { "${env.NAME}": 1, "${env.B64}": 2, "${env.MISSING}": 3, "${env.MISSING:-other}": 4 };
  const open = openSources(".", env, { ...usualRules, allow: ["NAME", "MISSING"] });

  expect(Object.keys(resolvePlaceholders(keys, sources) as object)).toEqual([
    "${env.NAME}",
    "${env.B64}",
    "${env.MISSING}",
    "other",
  ]);
  expect(Object.keys(resolvePlaceholders(keys, open) as object)).toEqual([
    "value",
    "${env.B64}",
    "${env.MISSING}",
    "other",
  ]);
  expect(resolveName("${file:x}", open)).toBeUndefined();
});

test("what the plugin takes for plain text stays one, and is noticed", () => {
  for (const text of ["${env.NAME:-a b}", "${env.}", "${env.A B}", "${envbc.X:-é}"]) {
    expect([hasPlaceholder(text), hasBrokenPlaceholder(text)]).toEqual([false, true]);
    expect(resolvePlaceholders(text, sources)).toBe(text);
  }
  for (const text of ["${user.name}", "${attr.jwt.x}", "$env.X", "{env.X}", "${env.X}"])
    expect(hasBrokenPlaceholder(text)).toBe(false);
});

test("a value without placeholders is handed back as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value).replaceAll(/\$\{(?:env|file)/g, "")) as never;
      expect(resolvePlaceholders(json, sources)).toBe(json);
    }),
  );
});
