import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  containsSecret,
  createDetector,
  createRedactor,
  quoteRedacted,
  redact,
  redactQuotations,
} from "../../../src/secrets/redact.ts";
import { registerSecret, Secret } from "../../../src/secrets/secret.ts";

/** Makes a secret known to the process, as reading a file does. */
function met(value: string): string {
  return new Secret(value).reveal();
}

/** The text as one sees it who knows this secret and no other. */
function hide(secret: string, text: string): string {
  return createRedactor([secret])(text);
}

const long = "S3cr3t: of the “House”, & more?";

const asciiJson = (json: string): string =>
  json.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe("a secret in the words of others", () => {
  test.each([
    ["in the clear", long],
    ["in JSON", JSON.stringify(long).slice(1, -1)],
    ["in a URL", encodeURIComponent(long)],
    ["in a form", encodeURIComponent(long).replaceAll("%20", "+")],
    [
      "in a form with small codes",
      encodeURIComponent(long)
        .replace(/%../g, (code) => code.toLowerCase())
        .replaceAll("%20", "+"),
    ],
    ["in Base64", Buffer.from(long).toString("base64")],
    ["in Base64 without padding", Buffer.from(long).toString("base64").replace(/=+$/, "")],
    ["in Base64 for URLs", Buffer.from(long).toString("base64url")],
    ["in hexadecimal", Buffer.from(long).toString("hex")],
    ["in capital hexadecimal", Buffer.from(long).toString("hex").toUpperCase()],
    ["in capitals", long.toUpperCase()],
    ["in small letters", long.toLowerCase()],
    ["in JSON of ASCII alone", asciiJson(JSON.stringify(long).slice(1, -1))],
    ["in JSON that is safe in HTML", asciiJson(JSON.stringify(long).slice(1, -1).replace("&", "\\u0026"))],
    ["in a URL with small codes", encodeURIComponent(long).replace(/%../g, (code) => code.toLowerCase())],
    ["in HTML", long.replaceAll("&", "&amp;")],
    ["cut off", long.slice(0, 15)],
  ])("%s is hidden", (_, spelling) => {
    expect(hide(long, `the server said ${spelling} to it`)).toMatch(/^the server said \*{3}=* to it$/);
  });

  test("is hidden by a process that met it", () => {
    met(long);
    expect(redact(`the server said ${long} to it`)).toBe("the server said *** to it");
  });

  test.each([0, 1, 2, 3, 4])(
    "a secret is hidden in the Base64 of something longer, after %d bytes",
    (count) => {
      for (const after of ["", " ", " a", " an", " and more"]) {
        const whole = Buffer.from(`${"x".repeat(count)}${long}${after}`).toString("base64");
        const kept = hide(long, whole);
        expect(kept).toContain("***");
        const left = kept.split("***").map((part) => part.replaceAll("=", ""));
        // What is left are the digits that also stand for other bytes.
        expect(left.map((part) => part.length).reduce((sum, one) => sum + one)).toBeLessThanOrEqual(
          Math.ceil(((count + after.length) * 4) / 3) + 3,
        );
      }
    },
  );

  test("a secret is hidden in the Base64 for URLs of something longer", () => {
    const secret = "??>>??>>~~~???>>";
    for (const before of ["", "x", "xx"]) {
      const text = Buffer.from(`${before}${secret}!`).toString("base64url");
      expect(hide(secret, text)).toMatch(/^\w{0,3}\*{3}\w{0,3}$/);
    }
  });

  test("a secret of few bytes is hidden in each Base64 that has all of it", () => {
    const secret = "Zq9!kx";
    expect(hide(secret, `it: ${Buffer.from(secret).toString("base64")}`)).toBe("it: ***");
    expect(hide(secret, `it: ${Buffer.from(secret).toString("hex")}`)).toBe("it: ***");
  });

  test.each([
    ["HTML", "a&quot;b&#39;c&lt;d&gt;e/f!g"],
    ["HTML with names", "a&quot;b&apos;c&lt;d&gt;e/f!g"],
    ["HTML with other quotes", "a&#34;b&#x27;c&lt;d&gt;e/f!g"],
    ["HTML that leaves quotes", `a"b'c&lt;d&gt;e/f!g`],
    ["JSON that is safe in HTML", "a\\u0022b\\u0027c\\u003cd\\u003ee\\u002ff!g"],
    ["JSON with escaped slashes", `a\\"b'c<d>e\\/f!g`],
    ["JSON within JSON", `a\\\\\\"b'c<d>e/f!g`],
    ["a URL that escapes every sign", "a%22b%27c%3Cd%3Ee%2Ff%21g"],
    ["a URL that escapes every sign in small codes", "a%22b%27c%3cd%3ee%2ff%21g"],
  ])("is hidden as %s writes its quotes and brackets", (_, spelling) => {
    expect(hide(`a"b'c<d>e/f!g`, `it was ${spelling}.`)).toBe("it was ***.");
  });

  test("is hidden as a URL that escapes every sign writes brackets and stars", () => {
    expect(hide("(a*b)'c!d", "it was %28a%2Ab%29%27c%21d.")).toBe("it was ***.");
  });

  test("that is short is hidden in Base64 without its padding", () => {
    expect(hide("Kurz_9!", "it was S3Vyel85IQ, twice")).toBe("it was ***, twice");
  });

  test("that is no text of Unicode is hidden like any other", () => {
    const secret = "\uD800 half a pair";
    expect(hide(secret, `it was ${secret}.`)).toBe("it was ***.");
    expect(hide(secret, "it was %EF%BF%BD%20half%20a%20pair.")).toBe("it was ***.");
  });

  test("a secret of several lines is hidden line by line, apart from short lines", () => {
    const secret =
      "-----BEGIN X-----\n  first line of the key\nsecond line of the key\nexactly twel\nonly eleven\n-----END X-----\n";
    expect(hide(secret, "at first line of the key, second line of t")).toBe("at ***, ***");
    expect(hide(secret, "at exactly twel, only eleven")).toBe("at ***, only eleven");
  });

  test("that is short is hidden as a word alone", () => {
    expect(hide("logstash", 'role "logstash" and logstash_reader, my_logstash, logstash.')).toBe(
      'role "***" and logstash_reader, my_logstash, ***.',
    );
    expect(hide("logstash", "logstash")).toBe("***");
  });

  test("a secret of twelve characters is hidden within a word too, one of eleven is not", () => {
    expect(hide("abcdefghijkl", "xabcdefghijklx")).toBe("x***x");
    expect(hide("abcdefghijk", "xabcdefghijkx")).toBe("xabcdefghijkx");
  });

  test("that is cut off is hidden from twelve characters on", () => {
    expect(hide("abcdefghijklmnop", "it was abcdefghijkl")).toBe("it was ***");
    expect(hide("abcdefghijklmnop", "it was abcdefghijk")).toBe("it was abcdefghijk");
  });

  test("a secret of six characters is hidden, one of five is left, since it may be any word", () => {
    expect(hide("secret", "the secret certificate")).toBe("the *** certificate");
    expect(hide("admin", "use the admin certificate, YWRtaW4= or 61646d696e")).toBe(
      "use the admin certificate, YWRtaW4= or 61646d696e",
    );
  });

  test("is hidden as a whole where another secret begins in the same way", () => {
    const both = createRedactor(["prefix-of-one-secret", "prefix-of-one-secret-and-more"]);
    expect(both("prefix-of-one-secret-and-more, prefix-of-one-secret")).toBe("***, ***");
  });

  test("is hidden by one who knows several, each at its place", () => {
    const both = createRedactor(["first-of-the-secrets", "second-of-the-secrets"]);
    expect(both("a second-of-the-secrets b first-of-the-secrets")).toBe("a *** b ***");
  });
});

describe("who looks for some secrets", () => {
  test("finds these, and what is one by its form, and no other text", () => {
    const finds = createDetector(["one-of-the-secrets"]);
    expect(finds("it is one-of-the-secrets")).toBe(true);
    expect(finds("-----BEGIN PRIVATE KEY-----\nMIIEvQ")).toBe(true);
    expect(finds("it is another-of-them")).toBe(false);
  });

  test("that the job has, finds none of the files", () => {
    const { reference } = new Secret("in-a-file-of-the-author", undefined, { isWritten: true });
    expect(reference).toBeUndefined();
    expect(containsSecret("it is in-a-file-of-the-author")).toBe(false);
    expect(redact("it is in-a-file-of-the-author")).toBe("it is ***");
    registerSecret("in-the-job-alone");
    expect(containsSecret("it is in-the-job-alone")).toBe(true);
    expect(containsSecret("the hash $2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz")).toBe(true);
    expect(containsSecret("nothing")).toBe(false);
  });
});

describe("words of others that a finding quotes", () => {
  test("lose the secrets that are met afterwards; osac's own words stay", () => {
    const words = quoteRedacted("no user quoted-then-met exists");
    expect(words).toBe("no user quoted-then-met exists");
    const message = `the server says "${words}", not quoted-then-met`;
    expect(redactQuotations(message)).toBe(message);
    met("quoted-then-met");
    expect(redactQuotations(message)).toBe('the server says "no user *** exists", not quoted-then-met');
  });

  test("are shown without the secrets that are known", () => {
    met("known-before-the-quote");
    expect(quoteRedacted("it is known-before-the-quote")).toBe("it is ***");
  });

  test("words of six characters are remembered, those of five may be any word", () => {
    quoteRedacted("sixsix");
    quoteRedacted("fives");
    met("sixsix");
    met("fives");
    expect(redactQuotations("sixsix and fives")).toBe("*** and fives");
  });

  test("are replaced literally, at every place", () => {
    const words = quoteRedacted("costs $& of pay-for-it-later");
    met("pay-for-it-later");
    expect(redactQuotations(`${words}; ${words}`)).toBe("costs $& of ***; costs $& of ***");
  });
});

test.each([
  ["$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K", "a *** b"],
  ["$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWQ", "a *** b"],
  ["$3$2576980377600$c2FsdHNhbHQ=$a2V5a2V5a2V5", "a *** b"],
  ["-----BEGIN RSA PRIVATE KEY-----\\nMIIE-x\\n-----END RSA PRIVATE KEY-----", "a *** b"],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ", "a ***"],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END", "a ***-----END b"],
  [
    "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY----- and -----BEGIN EC PRIVATE KEY-----\nB",
    "a *** and ***",
  ],
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
