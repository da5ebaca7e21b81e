import { userInfo } from "node:os";
import { listFilesAt, readTexts } from "../git/files-at.ts";
import { runGit, type WorkTree } from "../git/run-git.ts";
import { openWorkTree } from "../git/work-tree.ts";
import { findKindInLayers } from "../files/file-names.ts";
import { listRead } from "../files/list-files.ts";
import { plainLayering, type Layer } from "../model/layers.ts";
import { readOwnText } from "../files/read-file.ts";
import type { Environment } from "../model/environment.ts";

/** The user who runs osac, and the source of that name. */
export interface Actor {
  readonly name: string;
  /** The name of a variable, or `os`. */
  readonly from: string;
}

/** The variables of pipelines for the user who started one, then those of this machine for its user. */
const actorVariables = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "USER", "USERNAME"];

const commitVariables = ["GITHUB_SHA", "CI_COMMIT_SHA", "BUILD_SOURCEVERSION"];

/** Finds the user who runs osac. */
export function findActor(env: Environment): Actor {
  const found = actorVariables.find((variable) => env[variable]);
  return found === undefined ? { name: readUserName(), from: "os" } : { name: env[found]!, from: found };
}

/** Returns the number of the process's user if it has no name. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

/** The applied commit. `dirty` is true if the files differ from it. null means unknown. */
export interface AppliedCommit {
  readonly commit: string | null;
  readonly dirty: boolean | null;
}

/** Finds the applied commit: that of the pipeline, or else that of the directory. */
export async function findCommit(
  env: Environment,
  directory: string,
  layers: readonly Layer[] = plainLayering.layers,
): Promise<AppliedCommit> {
  const named = commitVariables.map((variable) => env[variable]).find((value) => value) ?? null;
  const found = await openWorkTree(directory);
  if ("failed" in found) return { commit: named, dirty: null };
  const head = await runGit(found.tree, ["rev-parse", "--verify", "HEAD"]);
  const commit = named ?? ("out" in head ? head.out.trim() : null);
  return { commit, dirty: commit === null ? null : await isChanged(found.tree, commit, directory, layers) };
}

/**
 * Returns true if the files that osac reads differ from those of a commit, apart from line ends; null if git
 * does not have the commit.
 */
async function isChanged(
  tree: WorkTree,
  commit: string,
  directory: string,
  layers: readonly Layer[],
): Promise<boolean | null> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const isWanted = (file: string): boolean => findKindInLayers(file, layers) !== undefined;
  const committed = await listFilesAt(tree, commit, directory, isWanted);
  if ("failed" in committed) return null;
  const files = await listRead(directory, layers);
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
