import { userInfo } from "node:os";
import { listFilesAt, readTexts } from "../git/files-at.ts";
import { runGit, type WorkTree } from "../git/run-git.ts";
import { openWorkTree } from "../git/work-tree.ts";
import { listRead } from "../files/list-files.ts";
import { readOwnText } from "../files/read-file.ts";

/** Who runs osac, and what says so. */
export interface Actor {
  readonly name: string;
  /** A variable, or `os`. */
  readonly from: string;
}

/** Whoever started a pipeline, by the variables of those who run it, and then the user of this machine. */
const actorVariables = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "USER", "USERNAME"];

const commitVariables = ["GITHUB_SHA", "CI_COMMIT_SHA", "BUILD_SOURCEVERSION"];

type Environment = Readonly<Record<string, string | undefined>>;

/** Who runs osac. */
export function findActor(env: Environment): Actor {
  const found = actorVariables.find((variable) => env[variable]);
  return found === undefined ? { name: readUserName(), from: "os" } : { name: env[found]!, from: found };
}

/** A process may run under a number that has no name. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

/** The commit that is applied, and whether the files differ from it; null where nobody can tell. */
export interface AppliedCommit {
  readonly commit: string | null;
  readonly dirty: boolean | null;
}

/** Finds the commit that is applied: the pipeline's, else that of the directory. */
export async function findCommit(env: Environment, directory: string): Promise<AppliedCommit> {
  const named = commitVariables.map((variable) => env[variable]).find((value) => value) ?? null;
  const found = await openWorkTree(directory);
  if ("failed" in found) return { commit: named, dirty: null };
  const head = await runGit(found.tree, ["rev-parse", "--verify", "HEAD"]);
  const commit = named ?? ("out" in head ? head.out.trim() : null);
  return { commit, dirty: commit === null ? null : await isChanged(found.tree, commit, directory) };
}

/** Whether the files that osac reads differ from those of a commit, line ends apart; null where git does not have it. */
async function isChanged(tree: WorkTree, commit: string, directory: string): Promise<boolean | null> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const committed = await listFilesAt(tree, commit, directory);
  if ("failed" in committed) return null;
  const files = await listRead(directory);
  if (files.length + committed.size === 0) return null;
  const texts = await readTexts(tree, [...committed.values()]);
  const now = await Promise.all(files.map(async (file) => readOwnText(directory, file)));
  const isSame = files.every((file, index) => {
    const one = now[index]!;
    return "text" in one && haveSameLines(one.text, texts.get(committed.get(file) ?? ""));
  });
  return files.length !== committed.size || !isSame;
}

function haveSameLines(one: string, other: string | undefined): boolean {
  return one.replaceAll("\r\n", "\n") === other?.replaceAll("\r\n", "\n");
}
