import type { FindingCode } from "../codes.ts";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path/posix";
import { resolve } from "node:path";
import { failure, type OsacError } from "../errors.ts";
import { findKindOfFolder } from "../files/file-names.ts";
import { plainLayering, type Layer } from "../model/layers.ts";
import { findFolder } from "./files-at.ts";
import { runGit, type GitAnswer, type WorkTree } from "./run-git.ts";
import { openWorkTree } from "./work-tree.ts";

/** A repository with a readable, complete history. */
export interface Repository {
  readonly tree: WorkTree;
  /**
   * The layers of the directory of files and its earlier paths: from the top, each with a slash at its end,
   * `""` for the top.
   */
  readonly folders: readonly string[];
  /** The number of folders that are layers; they come first, and a later one wins. */
  readonly layers: number;
  /** Runs git. A failure becomes an error. */
  readonly ask: (words: readonly string[], input?: string) => Promise<string>;
}

/**
 * Opens the repository of a directory. Throws an `OsacError` with a hint for anything that would make its
 * history prove too much or too little. osac guesses nothing.
 *
 * @param before earlier paths of the directory, from the top of the repository
 */
export async function openRepository(
  directory: string,
  before: readonly string[],
  layers: readonly Layer[] = plainLayering.layers,
): Promise<Repository> {
  const found = await openWorkTree(directory);
  if ("failed" in found) throw noRepositoryError(found.failed);
  const { tree } = found;
  const isShallow = requireOutput(
    await runGit(tree, ["rev-parse", "--is-shallow-repository"]),
    noRepositoryError,
  );
  if (isShallow.trim() === "true") throw shallowError();
  if ("failed" in (await runGit(tree, ["rev-parse", "--verify", "--quiet", "HEAD"])))
    throw notCommittedError(directory);
  await refuseRewritten(tree);
  const own = await findFolder(tree, directory);
  return {
    tree,
    folders: [
      ...new Set([
        ...layers.map(({ folder }) => own + normalizeFolder(folder)),
        ...before.map(normalizeFolder),
      ]),
    ],
    layers: layers.length,
    ask: async (words, input) => requireOutput(await runGit(tree, words, input), incompleteHistoryError),
  };
}

function requireOutput(answer: GitAnswer, refusal: (said: string) => OsacError): string {
  if ("failed" in answer) throw refusal(answer.failed);
  return answer.out;
}

function normalizeFolder(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return names.map((name) => `${name}/`).join("");
}

/** Refuses a rewritten history, because it proves nothing about the history that was applied. */
async function refuseRewritten(tree: WorkTree): Promise<void> {
  const replaced = await runGit(tree, ["for-each-ref", "--count=1", "refs/replace"]);
  if ("out" in replaced && replaced.out !== "")
    throw rewrittenError("refs/replace exchanges commits for others");
  const grafts = await runGit(tree, ["rev-parse", "--git-path", "info/grafts"]);
  if ("out" in grafts && (await isFilled(resolve(tree.top, grafts.out.trim()))))
    throw rewrittenError("info/grafts gives commits other parents");
  const upstream = await runGit(tree, ["rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"]);
  if ("out" in upstream) await refuseForced(tree, upstream.out.trim());
}

async function isFilled(path: string): Promise<boolean> {
  return readFile(path, "utf8").then(
    (text) => text.trim() !== "",
    () => false,
  );
}

async function refuseForced(tree: WorkTree, upstream: string): Promise<void> {
  const counts = await runGit(tree, ["rev-list", "--left-right", "--count", "HEAD...@{upstream}"]);
  const [ahead, behind] = "out" in counts ? counts.out.trim().split("\t").map(Number) : [];
  if (ahead && behind) {
    const where = `HEAD and ${upstream} have diverged (${ahead} and ${behind} commits of their own)`;
    throw rewrittenError(where, `bring them together first: git pull --rebase, or git merge ${upstream}`);
  }
  const updates = await runGit(tree, ["log", "--walk-reflogs", "--format=%gs", upstream]);
  if ("out" in updates && /\bforced-update\b/.test(updates.out))
    throw rewrittenError(`${upstream} was moved by force since this clone was made (git reflog ${upstream})`);
}

function unprovableError(code: FindingCode, message: string, hint: string): OsacError {
  return failure("input", code, `prune: removed cannot prove a deletion: ${message}`, {
    hint: `${hint}; or prune nothing in this run: --prune KIND=never`,
  });
}

function noRepositoryError(said: string): OsacError {
  const why = said.includes("not a git repository") ? "the directory is in no git repository" : said;
  return unprovableError(
    "history-missing",
    why === "" ? "git does not answer" : why,
    "run it with git installed, in a clone of the repository that holds the files",
  );
}

function shallowError(): OsacError {
  return unprovableError(
    "history-shallow",
    "the clone is shallow, so most of its history is not there",
    "fetch all of it: fetch-depth: 0 for actions/checkout, or git fetch --unshallow",
  );
}

/**
 * The error for a history with missing objects, most likely a partial clone. osac does not fetch them
 * unasked.
 */
export function incompleteHistoryError(said: string): OsacError {
  const why = said === "" ? "" : ` (${said})`;
  return unprovableError(
    "history-incomplete",
    `parts of the history are not there, as in a partial clone${why}`,
    "use a clone that was made without --filter",
  );
}

/** The error for files that no commit has. */
export function notCommittedError(directory: string): OsacError {
  return unprovableError(
    "history-untracked",
    `the last commit has none of the files of ${directory}`,
    "commit them first",
  );
}

function rewrittenError(what: string, hint?: string): OsacError {
  return unprovableError(
    "history-rewritten",
    `the history was rewritten: ${what}`,
    hint ?? "look at what was lost, then work in a fresh clone",
  );
}

/**
 * The error for files that came from elsewhere. osac cannot know if their declarations there were ever
 * applied.
 */
export function movedError(from: string, to: string, commit: string): OsacError {
  const parts = dirname(from).split("/");
  const isSplit = findKindOfFolder(parts.at(-1)!) !== undefined;
  const folder = (isSplit ? parts.slice(0, -1) : parts).join("/") || ".";
  return unprovableError(
    "history-moved",
    `commit ${commit} moved ${from} to ${to}, out of a directory that may have been another one`,
    `if it was this one under another name, list it in osac.yml: history: {paths: [${JSON.stringify(folder)}]}`,
  );
}
