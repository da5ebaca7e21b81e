import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import type { Secret } from "../secrets/secret.ts";
import { cutForBcrypt } from "./hash.ts";
import { callAll, type Call } from "./hash-threads.ts";
import { detectAlgorithm, readPbkdf2 } from "./stored-hash.ts";

const asciiMax = 0x7f;

/** A password, and a hash to compare it with. */
export interface PasswordPair {
  readonly password: Secret;
  readonly hash: string;
}

/**
 * Returns true if the hash is that of the password. For a login, the cluster must also use the algorithm of
 * the hash, because it reads no other (seen on 3.4.0). Returns false for a text that is no hash, and for a
 * hash that osac cannot compute as the server does: argon2 before version 19, and `$2a$` of a password that
 * is not all ASCII.
 */
export async function passwordMatches(password: Secret, hash: string): Promise<boolean> {
  const [isMatch = false] = await matchingPasswords([{ password, hash }]);
  return isMatch;
}

/** Compares many pairs at the same time, and returns the results in their order. */
export async function matchingPasswords(pairs: readonly PasswordPair[]): Promise<boolean[]> {
  const calls = new Map<PasswordPair, Call>();
  for (const pair of pairs) {
    const call = makeVerifyCall(pair);
    if (call) calls.set(pair, call);
  }
  const [answers, derived] = await Promise.all([
    callAll([...calls.values()]),
    Promise.all(pairs.map(({ password, hash }) => matchesPbkdf2(password, hash))),
  ]);
  const called = [...calls.keys()];
  const matched = new Set(called.filter((_, index) => answers[index] === true));
  return pairs.map((pair, index) => derived[index] === true || matched.has(pair));
}

function makeVerifyCall({ password, hash }: PasswordPair): Call | undefined {
  const bytes = Buffer.from(password.reveal(), "utf8");
  switch (detectAlgorithm(hash)?.algorithm) {
    case "bcrypt":
      // The server computes these differently. A hash of any other program does not log in (seen on 3.4.0).
      if (hash.startsWith("$2a") && bytes.some((byte) => byte > asciiMax)) return undefined;
      return { name: "bcryptVerify", options: { password: cutForBcrypt(bytes), hash } };
    case "argon2":
      return { name: "argon2Verify", options: { password: bytes, hash } };
    default:
      return undefined;
  }
}

async function matchesPbkdf2(password: Secret, hash: string): Promise<boolean> {
  const stored = readPbkdf2(hash);
  if (!stored) return false;
  const { salt, iterations, key, digest } = stored;
  const derived = await promisify(pbkdf2)(password.reveal(), salt, iterations, key.length, digest);
  return derived.equals(key);
}
