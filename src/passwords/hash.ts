import assert from "node:assert/strict";
import { pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { failure } from "../errors.ts";
import { Secret } from "../secrets/secret.ts";
import { callAll, type Call } from "./hash-threads.ts";
import { writePbkdf2, type PasswordAlgorithm } from "./stored-hash.ts";

/** The algorithm and cost for hashing passwords. */
export interface HashChoice {
  readonly algorithm: PasswordAlgorithm;
  /** Rounds or iterations; by default those of the server. */
  readonly cost?: number | undefined;
}

/** bcrypt reads only so many bytes of a password, here as on the server. */
const bcryptBytesMax = 72;

/** The defaults of the server (3.4.0), so that a hash of osac is like one of the server. */
const defaultCosts: Readonly<Record<PasswordAlgorithm, number>> = { bcrypt: 12, pbkdf2: 600_000, argon2: 3 };
const argon2Defaults = { memorySize: 65_536, parallelism: 1, hashLength: 32, saltLength: 32 };
const pbkdf2Defaults = { digest: "sha256", keyLength: 32, saltLength: 128 };

const bcryptCosts = { least: 4, most: 31 };

/**
 * Hashes passwords at the same time, and returns the hashes in their order. No password may be empty;
 * `findPolicyViolation` refuses those.
 *
 * @throws OsacError for a cost that bcrypt does not have.
 */
export async function hashPasswords(passwords: readonly Secret[], choice: HashChoice): Promise<Secret[]> {
  requireCost(choice);
  const { algorithm, cost = defaultCosts[algorithm] } = choice;
  const hashes = await hashAll[algorithm](passwords.map(toBytes), cost);
  return passwords.map(({ reference }, index) => new Secret(hashes[index], reference));
}

const hashAll: Readonly<Record<PasswordAlgorithm, (passwords: Buffer[], cost: number) => Promise<string[]>>> =
  {
    async bcrypt(passwords, cost) {
      const hashes = await runCalls(passwords.map((password) => makeBcryptCall(password, cost)));
      // The library writes the first version of the same algorithm, the server the present one.
      return hashes.map((hash) => hash.replace(/^\$2a/, "$2y"));
    },
    argon2: (passwords, cost) => runCalls(passwords.map((password) => makeArgon2Call(password, cost))),
    pbkdf2: (passwords, cost) => Promise.all(passwords.map((password) => hashWithPbkdf2(password, cost))),
  };

function makeBcryptCall(password: Buffer, costFactor: number): Call {
  return { name: "bcrypt", options: { password: cutForBcrypt(password), salt: randomBytes(16), costFactor } };
}

function makeArgon2Call(password: Buffer, iterations: number): Call {
  const { saltLength, ...rest } = argon2Defaults;
  const options = {
    ...rest,
    password,
    salt: randomBytes(saltLength),
    iterations,
    outputType: "encoded" as const,
  };
  return { name: "argon2id", options };
}

/** Node computes pbkdf2 itself, on its own threads. */
async function hashWithPbkdf2(password: Buffer, iterations: number): Promise<string> {
  const { digest, keyLength, saltLength } = pbkdf2Defaults;
  const salt = randomBytes(saltLength);
  const key = await promisify(pbkdf2)(password, salt, iterations, keyLength, digest);
  return writePbkdf2({ digest, iterations, salt, key });
}

async function runCalls(calls: readonly Call[]): Promise<string[]> {
  const answers = await callAll(calls);
  return answers.map((answer) => {
    if (typeof answer !== "string") throw new Error("a password could not be hashed", { cause: answer });
    return answer;
  });
}

/**
 * Returns the part of a password that bcrypt reads. The rest changes nothing, and the library would refuse
 * it.
 */
export function cutForBcrypt(password: Buffer): Buffer {
  return password.subarray(0, bcryptBytesMax);
}

function toBytes(password: Secret): Buffer {
  const bytes = Buffer.from(password.reveal(), "utf8");
  assert(bytes.length > 0, "an empty password must not be hashed");
  return bytes;
}

/** Throws an `OsacError` for a cost that bcrypt does not have. The other algorithms accept any. */
export function requireCost({ algorithm, cost = defaultCosts[algorithm] }: HashChoice): void {
  const { least, most } = bcryptCosts;
  if (algorithm !== "bcrypt" || (cost >= least && cost <= most)) return;
  throw failure("input", "password-cost", `bcrypt has no cost of ${cost}`, {
    hint: `set passwords.cost to ${least} to ${most}; the server's own default is ${defaultCosts.bcrypt}`,
  });
}
