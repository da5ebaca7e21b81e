import { randomBytes } from "node:crypto";
import { argon2Verify, bcrypt, bcryptVerify } from "hash-wasm";

/** The server takes 12 and a third of a second; the least that there is keeps tests fast. */
const cost = 4;

/** BCrypt looks at so many bytes and at no more. */
const bytesMax = 72;

/** A BCrypt hash of the password, as the server stores it. */
export function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  return bcrypt({ password: significant(password), salt, costFactor: cost, outputType: "encoded" });
}

/** Whether a password belongs to a stored hash. What is no hash belongs to no password. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  try {
    if (hash.startsWith("$argon2")) return await argon2Verify({ password, hash });
    return await bcryptVerify({ password: significant(password), hash });
  } catch {
    return false;
  }
}

/** Why the server's policy refuses a plain password; undefined when it does not. */
export function passwordProblem(user: string, password: string): string | undefined {
  if (password.length === 0) return "Password is too short";
  if (password.length > 100) return "Password is too long";
  if (strength(password) < strongBits) return "Weak password";
  const isSimilar = password.toLowerCase() === user.toLowerCase();
  return isSimilar ? "Password is similar to user name" : undefined;
}

/** Where zxcvbn, which the server asks, begins to call a password strong: a hundred million guesses. */
const strongBits = Math.log2(1e8);

/** A rough estimate: letters that stand beside each other, or again, count for little. */
function strength(password: string): number {
  const codes = [...password].map((letter) => letter.codePointAt(0)!);
  const surprising = codes.filter((code, index) => !codes.slice(0, index).some((other) => Math.abs(code - other) <= 1));
  return surprising.length * 4.7;
}

function significant(password: string): Uint8Array {
  return Buffer.from(password).subarray(0, bytesMax);
}
