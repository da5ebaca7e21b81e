import { once } from "node:events";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Argon2VerifyOptions, BcryptOptions, BcryptVerifyOptions, IArgon2Options } from "hash-wasm";

/** One call of the hashing library as data, so that osac can post it to a thread. */
export type Call =
  | { readonly name: "bcrypt"; readonly options: BcryptOptions }
  | { readonly name: "bcryptVerify"; readonly options: BcryptVerifyOptions }
  | { readonly name: "argon2id"; readonly options: IArgon2Options }
  | { readonly name: "argon2Verify"; readonly options: Argon2VerifyOptions };

const threadsMax = 8;

/** For fewer calls, starting threads takes longer than it saves. */
const callsPerRunMin = 3;

/**
 * The code is plain JavaScript, because the threads of Node 20 do not read TypeScript. It gets the path of
 * the library, because evaluated code has no path from which to resolve it.
 */
const threadCode = `
  const { parentPort, workerData } = require("node:worker_threads");
  const library = require(workerData);
  parentPort.on("message", async ({ name, options }) => {
    parentPort.postMessage(await library[name](options).catch((error) => error));
  });
`;

/**
 * Makes the calls. Many of them run on as many threads as there are processors. Returns the results in the
 * order of the calls. A refused call has the library's error as its result.
 */
export async function callAll(calls: readonly Call[]): Promise<unknown[]> {
  const path = calls.length < callsPerRunMin ? undefined : libraryPath();
  if (path === undefined) return callHere(calls);
  const answers: unknown[] = [];
  const waiting = calls.entries();
  const threads = Math.min(availableParallelism(), calls.length, threadsMax);
  await Promise.all(Array.from({ length: threads }, () => callOnThread(path, waiting, answers)));
  return answers;
}

async function callHere(calls: readonly Call[]): Promise<unknown[]> {
  if (calls.length === 0) return [];
  const { default: library } = await import("hash-wasm");
  const answers: unknown[] = [];
  for (const { name, options } of calls) {
    const call = library[name] as (options: Call["options"]) => Promise<unknown>;
    answers.push(await call(options).catch((error: unknown) => error));
  }
  return answers;
}

/** Takes calls from the queue that all threads share, until it is empty. */
async function callOnThread(
  path: string,
  waiting: Iterable<readonly [number, Call]>,
  answers: unknown[],
): Promise<void> {
  const thread = new Worker(threadCode, { eval: true, workerData: path, execArgv: [] });
  try {
    for (const [index, call] of waiting) {
      thread.postMessage(call);
      [answers[index]] = await once(thread, "message");
    }
  } finally {
    await thread.terminate();
  }
}

/** Returns the path of the library; undefined in a bundle of one file, which no thread can load. */
function libraryPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("hash-wasm");
  } catch {
    return undefined;
  }
}
