import { userInfo } from "node:os";
import { git } from "../git/git.ts";

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
export function actorOf(env: Environment): Actor {
  const found = actorVariables.find((variable) => env[variable]);
  return found === undefined ? { name: userName(), from: "os" } : { name: env[found]!, from: found };
}

/** A process may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

/** The commit that is applied: the pipeline's, else that of the directory; undefined where there is none. */
export async function commitOf(env: Environment, directory: string): Promise<string | undefined> {
  const found = commitVariables.find((variable) => env[variable]);
  if (found !== undefined) return env[found];
  const answer = await git(directory, ["rev-parse", "--verify", "HEAD"]);
  return "out" in answer ? answer.out.trim() : undefined;
}
