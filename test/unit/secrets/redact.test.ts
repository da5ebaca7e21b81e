import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containsSecret, redact } from "../../../src/secrets/redact.ts";
import { Secret } from "../../../src/secrets/secret.ts";

/** Makes a secret known to the process, as reading a file does. */
function met(value: string): string {
  return new Secret(value).reveal();
}

const long = met("s3cr3t: of the “house”, & more?");

const asciiJson = (json: string): string =>
  json.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe("a secret in the words of others", () => {
  test.each([
    ["in the clear", long],
    ["in JSON", JSON.stringify(long).slice(1, -1)],
    ["in a URL", encodeURIComponent(long)],
    ["in a form", encodeURIComponent(long).replaceAll("%20", "+")],
    ["in Base64", Buffer.from(long).toString("base64")],
    ["in capitals", long.toUpperCase()],
    ["in small letters", long.toLowerCase()],
    ["in JSON of ASCII alone", asciiJson(JSON.stringify(long).slice(1, -1))],
    ["in JSON that is safe in HTML", asciiJson(JSON.stringify(long).slice(1, -1).replace("&", "\\u0026"))],
    ["in a URL with small codes", encodeURIComponent(long).replace(/%../g, (code) => code.toLowerCase())],
    ["in HTML", long.replaceAll("&", "&amp;")],
    ["cut off", long.slice(0, 15)],
  ])("%s is hidden", (_, spelling) => {
    expect(redact(`the server said ${spelling} to it`)).toMatch(/^the server said \*{3}=* to it$/);
  });

  test.each([0, 1, 2, 3, 4])("in the Base64 of something longer, after %d bytes, is hidden", (count) => {
    const whole = Buffer.from(`${"x".repeat(count)}${long} and more`).toString("base64");
    const kept = redact(whole);
    expect(kept).toContain("***");
    expect(Buffer.from(kept.replaceAll("*", ""), "base64").toString()).not.toMatch(/house|s3cr/);
  });

  test.each([
    ["HTML", "a&quot;b&#39;c&lt;d&gt;e/f!g"],
    ["HTML with other quotes", "a&#34;b&#x27;c&lt;d&gt;e/f!g"],
    ["JSON that is safe in HTML", "a\\u0022b\\u0027c\\u003cd\\u003ee\\u002ff!g"],
    ["JSON with escaped slashes", `a\\"b'c<d>e\\/f!g`],
    ["JSON within JSON", `a\\\\\\"b'c<d>e/f!g`],
    ["a URL that escapes every sign", "a%22b%27c%3Cd%3Ee%2Ff%21g"],
  ])("is hidden as %s writes its quotes and brackets", (_, spelling) => {
    met(`a"b'c<d>e/f!g`);
    expect(redact(`it was ${spelling}.`)).toBe("it was ***.");
  });

  test("that is short is hidden in Base64 without its padding", () => {
    met("Kurz_9!");
    expect(redact("it was S3Vyel85IQ, twice")).toBe("it was ***, twice");
  });

  test("that is no text of Unicode is hidden like any other", () => {
    expect(redact(`it was ${met("\uD800 half a pair")}.`)).toBe("it was ***.");
  });

  test("of several lines is hidden line by line", () => {
    met("-----BEGIN X-----\nfirst line of the key\nsecond line of the key\n-----END X-----\n");
    expect(redact("at first line of the key, second line of t")).toBe("at ***, ***");
  });

  test("that is short is hidden as a word alone", () => {
    met("logstash");
    expect(redact('role "logstash" and logstash_reader, logstash.')).toBe(
      'role "***" and logstash_reader, ***.',
    );
  });

  test("of a few letters is left, since it may be any word", () => {
    met("admin");
    expect(redact("use the admin certificate")).toBe("use the admin certificate");
  });
});

test.each([
  ["$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K", "a *** b"],
  ["$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWQ", "a *** b"],
  ["$3$2576980377600$c2FsdHNhbHQ=$a2V5a2V5a2V5", "a *** b"],
  ["-----BEGIN RSA PRIVATE KEY-----\\nMIIE-x\\n-----END RSA PRIVATE KEY-----", "a *** b"],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ", "a ***"],
])("what is a secret by its form is hidden unseen: %s", (text, expected) => {
  expect(redact(`a ${text} b`)).toBe(expected);
});

test("certificates, prices and variables are no secrets", () => {
  for (const text of ["-----BEGIN CERTIFICATE-----\nMIIB", "$5 or $12.50", "${env.NAME}", "$2y", "$argon2id"])
    expect(redact(text)).toBe(text);
});

test("no text of any secret is left, wherever it stands, and nothing else is touched", () => {
  const secrets = fc
    .string({ minLength: 12, maxLength: 40, unit: "grapheme" })
    .filter((text) => !text.includes("*"));
  fc.assert(
    fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
      met(secret);
      const text = `${before}${secret}${after}`;
      expect(redact(text)).not.toContain(secret);
      expect(containsSecret(text)).toBe(true);
      expect(redact("Nothing of it is told here.")).toBe("Nothing of it is told here.");
    }),
  );
});
