import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { givesAway, hidden } from "../src/hidden.ts";
import { Secret } from "../src/secret.ts";

/** Makes a secret known to the process, as reading a file does. */
function met(value: string): string {
  return new Secret(value).reveal();
}

const long = met("s3cr3t: of the “house”, & more?");

describe("a secret in the words of others", () => {
  test.each([
    ["in the clear", long],
    ["in JSON", JSON.stringify(long).slice(1, -1)],
    ["in a URL", encodeURIComponent(long)],
    ["in a form", encodeURIComponent(long).replaceAll("%20", "+")],
    ["in Base64", Buffer.from(long).toString("base64")],
    ["cut off", long.slice(0, 15)],
  ])("%s is hidden", (_, spelling) => {
    expect(hidden(`the server said ${spelling} to it`)).toMatch(/^the server said \*{3}=* to it$/);
  });

  test.each([0, 1, 2, 3, 4])("in the Base64 of something longer, after %d bytes, is hidden", (count) => {
    const whole = Buffer.from(`${"x".repeat(count)}${long} and more`).toString("base64");
    const kept = hidden(whole);
    expect(kept).toContain("***");
    expect(Buffer.from(kept.replaceAll("*", ""), "base64").toString()).not.toMatch(/house|s3cr/);
  });

  test("of several lines is hidden line by line", () => {
    met("-----BEGIN X-----\nfirst line of the key\nsecond line of the key\n-----END X-----\n");
    expect(hidden("at first line of the key, second line of t")).toBe("at ***, ***");
  });

  test("that is short is hidden as a word alone", () => {
    met("logstash");
    expect(hidden('role "logstash" and logstash_reader, logstash.')).toBe(
      'role "***" and logstash_reader, ***.',
    );
  });

  test("of a few letters is left, since it may be any word", () => {
    met("admin");
    expect(hidden("use the admin certificate")).toBe("use the admin certificate");
  });
});

test.each([
  ["$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K", "a *** b"],
  ["$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWQ", "a *** b"],
  ["$3$2576980377600$c2FsdHNhbHQ=$a2V5a2V5a2V5", "a *** b"],
  ["-----BEGIN RSA PRIVATE KEY-----\\nMIIE-x\\n-----END RSA PRIVATE KEY-----", "a *** b"],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ", "a ***"],
])("what is a secret by its form is hidden unseen: %s", (text, expected) => {
  expect(hidden(`a ${text} b`)).toBe(expected);
});

test("certificates, prices and variables are no secrets", () => {
  for (const text of ["-----BEGIN CERTIFICATE-----\nMIIB", "$5 or $12.50", "${env.NAME}", "$2y", "$argon2id"])
    expect(hidden(text)).toBe(text);
});

test("no text of any secret is left, wherever it stands, and nothing else is touched", () => {
  const secrets = fc
    .string({ minLength: 12, maxLength: 40, unit: "grapheme" })
    .filter((text) => !text.includes("*"));
  fc.assert(
    fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
      met(secret);
      const text = `${before}${secret}${after}`;
      expect(hidden(text)).not.toContain(secret);
      expect(givesAway(text)).toBe(true);
      expect(hidden("Nothing of it is told here.")).toBe("Nothing of it is told here.");
    }),
  );
});
