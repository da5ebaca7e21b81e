import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { redact } from "../../../src/secrets/redact.ts";
import { Secret } from "../../../src/secrets/secret.ts";

describe("a secret", () => {
  const secret = new Secret("value-of-the-secret", "${env.PW}", { isWritten: true });

  test.each([
    ["a text", (one: Secret) => String(one)],
    ["JSON", (one: Secret) => JSON.parse(JSON.stringify({ one })).one],
    ["an inspected value", (one: Secret) => inspect(one)],
    ["a part of an inspected value", (one: Secret) => inspect([one]).replace(/[[\] ]/g, "")],
  ])("shows stars as %s", (_, show) => {
    expect(show(secret)).toBe("***");
  });

  test("gives its value, its placeholder and its facts to who asks for them", () => {
    expect(secret.reveal()).toBe("value-of-the-secret");
    expect(secret).toMatchObject({ reference: "${env.PW}", facts: { isWritten: true } });
    expect([secret.isKnown, secret.isPassword]).toEqual([true, false]);
  });

  test("a secret as a password stays the same secret", () => {
    const password = secret.asPassword();
    expect(password.reveal()).toBe("value-of-the-secret");
    expect(password).toMatchObject({
      isPassword: true,
      reference: "${env.PW}",
      facts: { isWritten: true, isPassword: true },
    });
  });

  test("a secret without a value cannot be sent, and the error names it", () => {
    const unknown = new Secret(undefined, "${env.NONE}");
    expect(unknown.isKnown).toBe(false);
    expect(() => unknown.reveal()).toThrow("the secret ${env.NONE} has no value");
    expect(() => new Secret(undefined).reveal()).toThrow("the secret  has no value");
    expect(redact("it is undefined")).toBe("it is undefined");
  });
});
