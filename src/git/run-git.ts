import { once } from "node:events";
import { devNull } from "node:os";
import type { Readable } from "node:stream";
import { startGit } from "./start-git.ts";
import type { Environment } from "../model/environment.ts";

/** The output of git, or the first line of its error message, which may be empty. */
export type GitAnswer = { readonly out: string } | { readonly failed: string };

/** A git work tree, and the git directory that belongs to it: absolute, without links. */
export interface WorkTree {
  readonly top: string;
  readonly gitDir: string;
}

/** The limit for the listing of a long history. Error messages of git are much shorter. */
const listingBytesMax = 256 * 2 ** 20;

/** Larger files are no configuration, neither in the history nor on disk. */
const objectBytesMax = 8 * 2 ** 20;

/** Variables that keep git from reading the configuration of the user and of the machine. */
const onlyOwn: Readonly<Record<string, string>> = {
  HOME: devNull,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
};

/** Runs git on the repository of a work tree. Never throws for a user's mistake. */
export async function runGit(tree: WorkTree, words: readonly string[], input = ""): Promise<GitAnswer> {
  return startAndRead(tree.top, [...formatRepositoryWords(tree), ...words], onlyOwn, input);
}

/** Finds the git directory at the top of a work tree with git itself, which refuses one of another owner. */
export async function findGitDirectory(top: string): Promise<GitAnswer> {
  const safe = listSafeDirectories(process.env).flatMap((path) => ["-c", `safe.directory=${path}`]);
  return startAndRead(
    top,
    [...safe, "rev-parse", "--absolute-git-dir"],
    listSafeDirectoryVariables(process.env),
  );
}

/**
 * Returns the variables that locate the configuration of the user and the machine. It may declare directories
 * of another owner safe.
 */
function listSafeDirectoryVariables(env: Environment): Record<string, string> {
  const places = ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];
  const names = [...places, "SUDO_UID"].filter((name) => env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, env[name]!]));
}

/**
 * Reads the safe directories of `GIT_CONFIG_KEY_` variables. The job may have put a token into the others, so
 * git does not get them.
 */
function listSafeDirectories(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => /^GIT_CONFIG_KEY_\d+$/.test(name) && env[name]!.toLowerCase() === "safe.directory")
    .flatMap((name) => env[name.replace("KEY", "VALUE")] ?? []);
}

function formatRepositoryWords({ top, gitDir }: WorkTree): string[] {
  return [`--git-dir=${gitDir}`, `--work-tree=${top}`];
}

async function startAndRead(
  top: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  input = "",
): Promise<GitAnswer> {
  const child = startGit(top, words, variables);
  if (!child) return { failed: "git is not installed" };
  child.stdin.on("error", ignore).end(input);
  const closed = once(child, "close");
  closed.catch(ignore);
  try {
    const [out, said] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
    const [code] = (await closed) as [number | null];
    return code === 0 ? { out } : { failed: said.trim().split("\n", 1)[0]! };
  } catch (error) {
    child.kill();
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > listingBytesMax) throw new Error(`git lists more than ${listingBytesMax / 2 ** 20} MB`);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Ignores the failed write of input: git may end before it has read everything, and reports the reason
 * itself.
 */
function ignore(): void {}

/**
 * Reads the texts of objects, in the requested order. Objects that git does not have are left out, and may
 * end the list early. An object that is too large for a configuration counts as empty.
 */
export async function* readBlobs(
  tree: WorkTree,
  ids: readonly string[],
): AsyncGenerator<readonly [id: string, text: string]> {
  const child = startGit(tree.top, [...formatRepositoryWords(tree), "cat-file", "--batch"], onlyOwn);
  if (!child) return;
  child.on("error", ignore);
  child.stderr.resume();
  child.stdin.on("error", ignore).end(ids.map((id) => `${id}\n`).join(""));
  const input = new ByteReader(child.stdout);
  for (let header = await input.line(); header !== undefined; header = await input.line()) {
    const [id = "", type, size] = header.split(" ");
    if (type === "missing" || size === undefined) continue;
    const bytes = await input.take(Number(size), objectBytesMax);
    if (bytes) yield [id, bytes.toString("utf8").replace(/^\uFEFF/, "")];
    await input.line();
  }
}

/** Reads lines and counted bytes of a stream. It copies each byte once. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #unread: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Returns the next line without its end; undefined after the last. */
  async line(): Promise<string | undefined> {
    let line = "";
    while (await this.#fill()) {
      const end = this.#unread.indexOf("\n");
      line += this.#next(end < 0 ? this.#unread.length : end).toString("latin1");
      if (end < 0) continue;
      this.#next(1);
      return line;
    }
    return undefined;
  }

  /**
   * Returns the next `count` bytes, or none if `count` exceeds `most`; undefined if the stream ends before.
   */
  async take(count: number, most: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0;) {
      if (!(await this.#fill())) return undefined;
      const part = this.#next(missing);
      missing -= part.length;
      if (count <= most) parts.push(part);
    }
    return Buffer.concat(parts);
  }

  #next(count: number): Buffer {
    const part = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(part.length);
    return part;
  }

  async #fill(): Promise<boolean> {
    if (this.#unread.length > 0) return true;
    const { done, value } = await this.#chunks.next();
    if (!done) this.#unread = value;
    return !done;
  }
}
