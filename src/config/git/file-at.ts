import { failure, type OsacError } from "../../errors.ts";
import { git } from "./git.ts";

/**
 * The text of a file as it was at a git reference of the repository that holds `directory`; undefined where it was not
 * there. A link is refused: what it leads to is not what the commit holds.
 *
 * @param path from the directory
 */
export async function readFileAt(
  reference: string,
  directory: string,
  path: string,
): Promise<string | undefined> {
  const ask = async (...words: string[]): Promise<string> => {
    const answer = await git(directory, words);
    if ("failed" in answer) throw noSettings(reference, answer.failed || "there is no such commit");
    return answer.out;
  };
  // A reference that begins with a dash would be taken for an option.
  const name = `${reference}^{commit}`;
  const commit = (await ask("rev-parse", "--verify", "--quiet", "--end-of-options", name)).trim();
  const [entry] = (await ask("ls-tree", "-z", commit, "--", path)).split("\0");
  const [, mode, type, id] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(entry ?? "") ?? [];
  if (id === undefined) return undefined;
  if (type !== "blob" || mode === "120000") throw noSettings(reference, `${path} is no file there`);
  return (await ask("cat-file", "blob", id)).replace(/^\uFEFF/, "");
}

function noSettings(reference: string, why: string): OsacError {
  return failure("input", "no-settings-commit", `--settings-from ${reference}: ${why}`, {
    hint: "name a branch, tag or commit of the repository that holds the files; a shallow clone has few of them (fetch-depth: 0)",
  });
}

/** Whether a clone has a commit. */
export async function hasCommit(directory: string, commit: string): Promise<boolean> {
  return "out" in (await git(directory, ["cat-file", "-e", `${commit}^{commit}`]));
}
