import { randomBytes } from "node:crypto";
import { callAll, type Call } from "../passwords/hash-threads.ts";

/** The server uses 12, which takes a third of a second. The lowest cost keeps tests fast. */
const cost = 4;

/** BCrypt reads only so many bytes. */
const bytesMax = 72;

/** Hashes a password with BCrypt, as the server stores it. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const options = { password: significant(password), salt, costFactor: cost, outputType: "encoded" } as const;
  const [hash] = await callAll([{ name: "bcrypt", options }]);
  if (typeof hash !== "string") throw hash;
  return hash;
}

/** Returns true if a password belongs to a stored hash. A text that is no hash matches no password. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const call: Call = hash.startsWith("$argon2")
    ? { name: "argon2Verify", options: { password, hash } }
    : { name: "bcryptVerify", options: { password: significant(password), hash } };
  const [isRight] = await callAll([call]);
  return isRight === true;
}

/** Returns the reason that the server's policy refuses a plain password; undefined if it does not. */
export function passwordProblem(user: string, password: string): string | undefined {
  if (password.length === 0) return "Password is too short";
  if (password.length > 100) return "Password is too long";
  if (strength(password, user) < strong) return "Weak password";
  const isSimilar = password.toLowerCase().includes(user.toLowerCase());
  return isSimilar ? "Password is similar to user name" : undefined;
}

/**
 * zxcvbn, which the server uses, calls a password strong if it needs more than a hundred million guesses: with this
 * many powers of ten.
 */
const strong = 9;

/** A predictable run of letters counts for at most so many. */
const runMax = 3;

/**
 * Estimates roughly how many powers of ten of guesses a password needs: one for each letter, little for
 * `aaaa` and `1234`, and one for a common word.
 */
function strength(password: string, user: string): number {
  const plain = password.toLowerCase().replaceAll("password", "p").replaceAll(user.toLowerCase(), "u");
  let points = 0;
  let run = 0;
  for (const [index, letter] of [...plain].entries()) {
    const step = letter.codePointAt(0)! - (plain.codePointAt(index - 1) ?? Number.NaN);
    run = Math.abs(step) <= 1 ? run + 1 : 0;
    if (run <= runMax) points += 1;
  }
  return points;
}

function significant(password: string): Uint8Array {
  return Buffer.from(password).subarray(0, bytesMax);
}
