import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasBrokenPlaceholder,
  hasPlaceholder,
  resolveName,
  resolvePlaceholders,
  resolveText,
} from "../../../../src/files/placeholders/placeholders.ts";
import type { FieldPlace } from "../../../../src/schema/secret-paths.ts";
import { openSources, usualRules } from "../../../../src/files/placeholders/sources.ts";
import type { Secret } from "../../../../src/secrets/secret.ts";

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

const sources = openSources(".", env, { ...usualRules, allowed: ["*"] });
const none = openSources(".", env, usualRules);

/** `hash` and `list` are secret here, everything else is not. */
const placeAt = ([field]: readonly string[]): FieldPlace => ({
  isSecret: field === "hash" || field === "list",
  type: field === "flag" ? "boolean" : field === "order" ? "integer" : "string",
});

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
    const found = resolveText(text, sources.open);
    expect("value" in found ? found.value : undefined).toBe(expected);
  });
});

describe("a secret", () => {
  test.each([
    ["${env.NESTED}", "${env.NAME}"],
    ["${env.SHELL_STYLE}", "${NAME}"],
    ["${env.WORKFLOW}", "${{ secrets.NAME }}"],
  ])("that nobody could use has a value all the same, of which no plan speaks: %s", (text, value) => {
    expect(resolveText(text, none.secret, { isSecret: true })).toEqual({ value, isUnusable: true });
    expect(resolveText("${envbase64.BAD64}", none.secret, { isSecret: true })).toMatchObject({
      isUnusable: true,
    });
  });

  test("remembers its text, and is known without being allowed", () => {
    const body = { hash: "${env.MISSING}", plain: "x", list: ["${env.NAME}", 1, null], other: true };
    const resolved = resolvePlaceholders(body, none, placeAt) as {
      hash: Secret;
      list: [Secret, number, null];
    };

    expect(resolved).toMatchObject({ plain: "x", other: true });
    expect([resolved.hash.reference, resolved.hash.isKnown]).toEqual(["${env.MISSING}", false]);
    expect([resolved.list[0].reference, resolved.list[0].reveal()]).toEqual(["${env.NAME}", "value"]);
    expect(JSON.stringify(resolved)).not.toContain("value");
  });
});

describe("in a field that is no secret", () => {
  test("a placeholder that is allowed stands for a text like any other, a truth or a number", () => {
    const body = { description: "is ${env.NAME}", flag: "${env.YES}", order: "${env.FIVE}" };
    const open = openSources(".", { ...env, YES: "True", FIVE: "5" }, { ...usualRules, allowed: ["*"] });
    expect(resolvePlaceholders(body, open, placeAt)).toEqual({
      description: "is value",
      flag: true,
      order: 5,
    });
  });

  test.each(["${env.NAME}", "${env.MISSING:-a}", "${envbase64.MISSING:-Kg==}", "${file:package.json}"])(
    "%s is not looked up unless it is allowed, and no default hides what is meant",
    (text) => {
      const { users } = resolvePlaceholders({ users: [text] }, none, placeAt) as { users: Secret[] };
      expect(users[0]).toMatchObject({ isKnown: false, reference: text, facts: { isOpen: true } });
    },
  );

  test("a name or key is replaced only where its placeholder is allowed", () => {
    const keys = { "${env.NAME}": 1, "${env.B64}": 2, "${env.MISSING}": 3, "${env.MISSING:-other}": 4 };
    const open = openSources(".", env, { ...usualRules, allowed: ["NAME", "MISSING"] });

    expect(Object.keys(resolvePlaceholders(keys, none, placeAt) as object)).toEqual(Object.keys(keys));
    expect(Object.keys(resolvePlaceholders(keys, open, placeAt) as object)).toEqual([
      "value",
      "${env.B64}",
      "${env.MISSING}",
      "other",
    ]);
    expect(resolveName("${file:x}", open.open)).toBeUndefined();
  });
});

test("what the plugin takes for plain text stays one, and is noticed", () => {
  for (const text of ["${env.NAME:-a b}", "${env.}", "${env.A B}", "${envbc.X:-é}"]) {
    expect([hasPlaceholder(text), hasBrokenPlaceholder(text)]).toEqual([false, true]);
    expect(resolvePlaceholders(text, sources, placeAt)).toBe(text);
  }
  for (const text of ["${user.name}", "${attr.jwt.x}", "$env.X", "{env.X}", "${env.X}"])
    expect(hasBrokenPlaceholder(text)).toBe(false);
});

test("a value without placeholders is handed back as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value).replaceAll(/\$\{(?:env|file)/g, "")) as never;
      expect(resolvePlaceholders(json, sources, placeAt)).toBe(json);
    }),
  );
});
