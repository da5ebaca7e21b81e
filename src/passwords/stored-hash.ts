/** The algorithms of `plugins.security.password.hashing.algorithm`: pbkdf2 since 2.16, argon2 since 3.2. */
export type PasswordAlgorithm = "bcrypt" | "pbkdf2" | "argon2";

/** The algorithm and cost of a hash. */
export interface Hashing {
  readonly algorithm: PasswordAlgorithm;
  /** The rounds of bcrypt (as an exponent), or the iterations of the others. */
  readonly cost: number;
}

/** The parts of a pbkdf2 hash. */
export interface Pbkdf2Hash {
  readonly digest: string;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const bcrypt = /^\$2[abxy]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
const argon2 = /^\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=(\d+),p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
const pbkdf2 = /^\$([1-5])\$(\d{1,19})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/;

/** The digests of pbkdf2. A stored hash names one by its index here. */
const digests = [undefined, "sha1", "sha224", "sha256", "sha384", "sha512"];

const iterationsMax = 0x7fffffff;

/** Detects the algorithm of a hash; undefined for a text that the Security plugin cannot read as a hash. */
export function detectAlgorithm(hash: string): Hashing | undefined {
  const rounds = bcrypt.exec(hash)?.[1];
  if (rounds !== undefined) return { algorithm: "bcrypt", cost: Number(rounds) };
  const iterations = argon2.exec(hash)?.[1];
  if (iterations !== undefined) return { algorithm: "argon2", cost: Number(iterations) };
  const derived = readPbkdf2(hash);
  return derived && { algorithm: "pbkdf2", cost: derived.iterations };
}

/**
 * Parses `$digest$iterations and bits$salt$key` as the plugin's library, password4j, writes it: the
 * iterations are the upper half of a 64-bit number, the bits of the key the lower half (seen on 2.19.4 and
 * 3.4.0).
 */
export function readPbkdf2(hash: string): Pbkdf2Hash | undefined {
  const [, digestId, packed = "", salt = "", key = ""] = pbkdf2.exec(hash) ?? [];
  const digest = digests[Number(digestId)];
  if (digest === undefined) return undefined;
  const iterations = Number(BigInt(packed) >> 32n);
  const parts = { digest, iterations, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
  // A truncated key would match, because it is the start of the right one.
  const isWhole = Number(BigInt.asUintN(32, BigInt(packed))) === parts.key.length * 8;
  return isWhole && iterations >= 1 && iterations <= iterationsMax ? parts : undefined;
}

/** Formats the text that `readPbkdf2` parses. */
export function writePbkdf2({ digest, iterations, salt, key }: Pbkdf2Hash): string {
  const packed = (BigInt(iterations) << 32n) | BigInt(key.length * 8);
  return ["", digests.indexOf(digest), packed, salt.toString("base64"), key.toString("base64")].join("$");
}
