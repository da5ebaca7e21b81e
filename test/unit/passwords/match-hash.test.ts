import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { hashPasswords } from "../../../src/passwords/hash.ts";
import { matchingPasswords, passwordMatches } from "../../../src/passwords/match-hash.ts";
import { detectAlgorithm, type PasswordAlgorithm } from "../../../src/passwords/stored-hash.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { oddBcryptHash, oldArgon2Hash, passwords, serverHashes } from "./server-hashes.ts";

// Hashing is slow by intent, and slower where the processors are busy.
vi.setConfig({ testTimeout: 60_000 });

const secret = (text: string): Secret => new Secret(text);
/** The cheapest hash that is one, so that a property may make many. */
const cheapest: Readonly<Record<PasswordAlgorithm, number>> = { bcrypt: 4, pbkdf2: 1, argon2: 1 };

describe("a hash that a real node made", () => {
  test("matches its own password and no other", async () => {
    const pairs = serverHashes.flatMap(({ password, hash }) => [
      { password: secret(passwords[password]), hash },
      { password: secret(`x${passwords[password]}`), hash },
    ]);

    expect(await matchingPasswords(pairs)).toEqual(serverHashes.flatMap(() => [true, false]));
  });

  test("tells its algorithm and its cost", () => {
    expect(serverHashes.map(({ hash }) => detectAlgorithm(hash))).toEqual(
      serverHashes.map(({ algorithm, cost }) => ({ algorithm, cost })),
    );
  });

  test("a hash that osac cannot compute shows its algorithm and matches nothing", async () => {
    expect(detectAlgorithm(oldArgon2Hash)).toEqual({ algorithm: "argon2", cost: 2 });
    expect(await passwordMatches(secret(passwords.ascii), oldArgon2Hash)).toBe(false);
  });
});

describe("bcrypt", () => {
  const [{ hash } = { hash: "" }] = serverHashes.filter(({ algorithm }) => algorithm === "bcrypt");
  const { hash: ofLong } = serverHashes.find(
    ({ algorithm, password }) => algorithm === "bcrypt" && password === "long",
  )!;

  test.each(["a", "b", "x", "y"])("is read in its version 2%s", async (version) => {
    const named = hash.replace(/^\$2./, `$2${version}`);

    expect(detectAlgorithm(named)).toEqual({ algorithm: "bcrypt", cost: 5 });
    expect(await passwordMatches(secret(passwords.ascii), named)).toBe(true);
  });

  test("a bcrypt hash 2a matches no password that is not all ASCII: the server computes its own", async () => {
    const [made] = await hashPasswords([secret(passwords.umlaut)], { algorithm: "bcrypt", cost: 4 });
    const elsewhere = made!.reveal().replace("$2y", "$2a");

    expect(await passwordMatches(secret(passwords.umlaut), oddBcryptHash)).toBe(false);
    expect(await passwordMatches(secret(passwords.umlaut), elsewhere)).toBe(false);
  });

  test("counts the first 72 bytes only, as the server does", async () => {
    expect(await passwordMatches(secret(passwords.long.slice(0, 72)), ofLong)).toBe(true);
    expect(await passwordMatches(secret(passwords.long.slice(0, 71)), ofLong)).toBe(false);
  });
});

describe.each(["bcrypt", "argon2", "pbkdf2"] as const)("with %s", (algorithm) => {
  test("what was hashed matches, and what was not does not", async () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(texts, texts, async (text, other) => {
      // To bcrypt a zero ends the password's round: "a" and "a\0a" are one.
      fc.pre(text !== other && !`${text}${other}`.includes("\0"));
      const [hashed] = await hashPasswords([secret(text)], { algorithm, cost: cheapest[algorithm] });
      const hash = hashed!.reveal();
      const found = await matchingPasswords(
        [text, other].map((tried) => ({ password: secret(tried), hash })),
      );
      expect(found).toEqual([true, false]);
    });

    await fc.assert(property, { numRuns: algorithm === "argon2" ? 5 : 30 });
  });
});

describe("a text that is no hash", () => {
  const damaged = serverHashes.flatMap(({ hash }) => [
    hash.slice(0, -3),
    hash.replaceAll("$", "!"),
    `${hash}$`,
    ` ${hash}`,
  ]);
  const refused = [
    "",
    "secret",
    "$2y$",
    "$2y$03$" + "a".repeat(53),
    "$2y$32$" + "a".repeat(53),
    "$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
    "$argon2id$v=19$m=1024,t=0,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
    "$argon2id$v=19$m=1024,t=1,p=1$c$a",
    "$3$1$c2FsdA==$a2V5",
    "$9$4294967296256$c2FsdA==$a2V5",
    "$3$9999999999999999999$c2FsdA==$a2V5",
  ];

  test("matches nothing and throws nothing", async () => {
    const hashes = [...refused, ...damaged];

    const found = await matchingPasswords(
      hashes.map((hash) => ({ password: secret(passwords.umlaut), hash })),
    );

    expect(found).toEqual(hashes.map(() => false));
  });

  test("a text that starts like the right hash does not match", async () => {
    const { hash, password } = serverHashes.find(({ algorithm }) => algorithm === "pbkdf2")!;
    const shortened = hash.replace(/[^$]{24}$/, "");

    expect(detectAlgorithm(shortened)).toBeUndefined();
    expect(await passwordMatches(secret(passwords[password]), shortened)).toBe(false);
  });

  test("a text that is no hash has no algorithm", () => {
    expect(["", "secret", "$2y$03$" + "a".repeat(53), "$3$1$c2FsdA==$a2V5"].map(detectAlgorithm)).toEqual(
      Array(4).fill(undefined),
    );
  });

  test("a text of any kind that is no hash does not match", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await passwordMatches(secret("any"), text)).toBe(false);
      }),
    );
  });
});

test("an empty password matches no hash", async () => {
  const pairs = serverHashes.map(({ hash }) => ({ password: secret(""), hash }));

  expect(await matchingPasswords(pairs)).toEqual(serverHashes.map(() => false));
});
