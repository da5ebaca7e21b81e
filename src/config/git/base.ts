import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { failure, type OsacError } from "../../errors.ts";
import { git } from "./git.ts";

/**
 * Gives `use` a directory with the files as they were at `base`: another directory, or a git reference of the
 * repository that holds `directory`. What was taken out of git is removed afterwards.
 *
 * @param cwd where a relative path begins
 */
export async function withBase<Result>(
  base: string,
  { directory, cwd }: { readonly directory: string; readonly cwd: string },
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = resolve(cwd, base);
  if (await isDirectory(path)) return use(path);
  const copy = await mkdtemp(join(tmpdir(), "osac-base-"));
  try {
    await copyFromGit(base, directory, copy);
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function copyFromGit(reference: string, directory: string, copy: string): Promise<void> {
  const ask = async (...words: string[]): Promise<string> => {
    const answer = await git(directory, words);
    if ("failed" in answer) throw noBase(reference, answer.failed);
    return answer.out;
  };
  // A reference that begins with a dash would be taken for an option.
  const name = `${reference}^{commit}`;
  const commit = (await ask("rev-parse", "--verify", "--quiet", "--end-of-options", name)).trim();
  const files = (await ask("ls-tree", "-r", "-z", "--name-only", commit, "./")).split("\0");
  for (const file of files.filter((one) => one.endsWith(".yml"))) {
    const target = join(copy, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await ask("show", `${commit}:./${file}`));
  }
}

function noBase(reference: string, said: string): OsacError {
  return failure(
    "input",
    "no-base",
    `--base ${reference}: no such directory, and no such commit${said && ` (${said})`}`,
    {
      hint: "name a directory, or a branch, tag or commit of the repository; a shallow clone has few of them (fetch-depth: 0)",
    },
  );
}
