import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { hashPasswords } from "../../../src/passwords/hash.ts";
import { matchingPasswords } from "../../../src/passwords/match-hash.ts";
import { detectAlgorithm } from "../../../src/passwords/stored-hash.ts";
import type { Change } from "../../../src/model/change.ts";
import { algorithmFindings } from "../../../src/passwords/user-passwords.ts";
import { Secret } from "../../../src/secrets/secret.ts";

// Hashing is slow by intent, and slower where the processors are busy.
vi.setConfig({ testTimeout: 60_000 });

const many = Array.from(
  { length: 20 },
  (_, index) => new Secret(`password-${index}`, `\${env.PW_${index}}`, { isPassword: true }),
);
const same = Array.from({ length: 4 }, () => new Secret("one and the same"));

describe("twenty passwords", () => {
  test("become twenty hashes, each in the place of its password", async () => {
    const hashes = await hashPasswords(many, { algorithm: "bcrypt", cost: 5 });

    const texts = hashes.map((hash) => hash.reveal());
    const pairs = many.map((password, index) => ({ password, hash: texts[index]! }));
    const turned = many.map((password, index) => ({ password, hash: texts[(index + 1) % texts.length]! }));
    expect(new Set(texts).size).toBe(many.length);
    expect(await matchingPasswords(pairs)).toEqual(many.map(() => true));
    expect(await matchingPasswords(turned)).toEqual(many.map(() => false));
  });

  test("keep what the file calls them, and are passwords no more", async () => {
    const hashes = await hashPasswords(many, { algorithm: "bcrypt", cost: 4 });

    expect(hashes.map(({ reference }) => reference)).toEqual(many.map(({ reference }) => reference));
    expect(hashes.some(({ isPassword }) => isPassword)).toBe(false);
    expect(inspect(hashes)).not.toContain("$2y");
  });
});

test.each([
  ["bcrypt", 12, /^\$2y\$12\$.{53}$/],
  ["argon2", 3, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$.{43}\$.{43}$/],
  ["pbkdf2", 600_000, /^\$3\$2576980377600256\$.{172}\$.{44}$/],
] as const)("without a cost %s is as the server makes it", async (algorithm, cost, form) => {
  const [hash] = await hashPasswords([new Secret("a password")], { algorithm });

  expect(hash!.reveal()).toMatch(form);
  expect(detectAlgorithm(hash!.reveal())).toEqual({ algorithm, cost });
});

test.each(["bcrypt", "argon2", "pbkdf2"] as const)(
  "the same password never has the same %s hash",
  async (algorithm) => {
    const hashes = await hashPasswords(same, { algorithm, cost: 4 });

    expect(new Set(hashes.map((hash) => hash.reveal())).size).toBe(same.length);
  },
);

test("nothing to hash is nothing", async () => {
  expect(await hashPasswords([], { algorithm: "bcrypt" })).toEqual([]);
});

test.each([3, 32])("a cost of %i, which bcrypt does not have, is refused with what it has", async (cost) => {
  await expect(hashPasswords(many, { algorithm: "bcrypt", cost })).rejects.toMatchObject({
    reason: "input",
    findings: [{ code: "password-cost", hint: expect.stringContaining("4 to 31") }],
  });
});

test("an empty password is never hashed", async () => {
  await expect(hashPasswords([new Secret("")], { algorithm: "pbkdf2", cost: 1 })).rejects.toThrow(
    "empty password",
  );
});

test("a cost that bcrypt does not have is told by the plan that would need it", () => {
  const after = { hash: new Secret("Sturdy-Horse_7-Batteries").asPassword() };
  const changes: Change[] = [{ action: "create", kind: "internalusers", name: "ann", after }];

  expect(algorithmFindings(changes, new Map(), { algorithm: "bcrypt", cost: 12 })).toEqual([]);
  expect(algorithmFindings([], new Map(), { algorithm: "bcrypt", cost: 99 })).toEqual([]);
  expect(() => algorithmFindings(changes, new Map(), { algorithm: "bcrypt", cost: 99 })).toThrow(
    "bcrypt has no cost of 99",
  );
});
