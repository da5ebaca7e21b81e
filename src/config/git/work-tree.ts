import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { git } from "./git.ts";

/** The top of the git work tree that a directory is in, or will be once it exists; named as the directory is. */
export async function topOfWorkTree(directory: string): Promise<string | undefined> {
  const real = await realpath(directory).catch(() => undefined);
  if (real === undefined) {
    const parent = dirname(directory);
    return parent === directory ? undefined : topOfWorkTree(parent);
  }
  const answer = await git(directory, ["rev-parse", "--show-cdup"]);
  return "out" in answer ? join(directory, answer.out.trim()) : undefined;
}
