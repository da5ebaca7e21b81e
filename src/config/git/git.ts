import { execFile, spawn } from "node:child_process";

/** What git printed, or why it could not: the first line of what it said, which may be nothing. */
export type GitAnswer = { readonly out: string } | { readonly failed: string };

/** A listing of a long history; files of security settings themselves are a few kilobytes each. */
const bytesMax = 2 ** 30;

/** Runs git in a directory. Never throws for what a user can cause. */
export async function git(directory: string, words: readonly string[], input = ""): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const options = { maxBuffer: bytesMax };
    const child = execFile("git", ["-C", directory, ...words], options, (error, out, said) => {
      resolve(error ? { failed: reasonOf(error, said) } : { out });
    });
    child.stdin?.on("error", ignore).end(input);
  });
}

function reasonOf(error: Error, said: string): string {
  if ("code" in error && error.code === "ENOENT") return "git is not installed";
  return said.trim().split("\n", 1)[0]!;
}

/** Git may end before it has read everything, and says itself why. */
function ignore(): void {}

/** The texts of objects, in the order asked for. Those that git does not have are left out, and may end the list early. */
export async function* readBlobs(
  directory: string,
  words: readonly string[],
  ids: readonly string[],
): AsyncGenerator<readonly [id: string, text: string]> {
  const child = spawn("git", ["-C", directory, ...words, "cat-file", "--batch"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.on("error", ignore);
  child.stdin.on("error", ignore).end(ids.map((id) => `${id}\n`).join(""));
  let unread: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    unread = Buffer.concat([unread, chunk]);
    for (let object = firstObject(unread); object; object = firstObject(unread)) {
      unread = unread.subarray(object.length);
      if (object.text !== undefined) yield [object.id, object.text];
    }
  }
}

interface BatchObject {
  readonly id: string;
  readonly text?: string;
  /** How many bytes it takes, its header included. */
  readonly length: number;
}

/** The object that the output of `cat-file --batch` begins with, if all of it is there. */
function firstObject(bytes: Buffer): BatchObject | undefined {
  const end = bytes.indexOf("\n");
  if (end < 0) return undefined;
  const [id = "", type, size] = bytes.toString("latin1", 0, end).split(" ");
  const start = end + 1;
  if (type === "missing" || size === undefined) return { id, length: start };
  const length = start + Number(size) + 1;
  if (bytes.length < length) return undefined;
  return { id, text: bytes.toString("utf8", start, length - 1).replace(/^\uFEFF/, ""), length };
}
