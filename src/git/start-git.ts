import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { isWithin } from "../files/safe-path.ts";

/**
 * Before every command: no configuration and no file can make git run a program, follow a link of its own, or ask a
 * server. `safe.bareRepository` keeps it from taking files of a directory for a repository.
 */
const carefulOptions: readonly string[] = [
  "--no-pager",
  "--no-optional-locks",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...[
    "safe.bareRepository=explicit",
    `core.hooksPath=${devNull}`,
    `core.attributesFile=${devNull}`,
    "core.fsmonitor=false",
    "core.sshCommand=false",
    "credential.helper=",
    "protocol.allow=never",
    "log.showSignature=false",
    "log.mailmap=false",
    "log.follow=false",
    "log.showRoot=true",
  ].flatMap((setting) => ["-c", setting]),
];

type Variables = Readonly<Record<string, string>>;

/** For every command as well: `GIT_ALLOW_PROTOCOL` wins over a `protocol.ext.allow` of some configuration. */
const variables: Variables = {
  LC_ALL: "C",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ATTR_NOSYSTEM: "1",
};

/**
 * Starts git at the top of a work tree; undefined where it is not installed. Nothing else starts a program. The child
 * gets no variable of the job but its search path: it has no secret to lose.
 *
 * @param more variables that this command needs besides
 */
export function startGit(
  top: string,
  words: readonly string[],
  more: Variables,
): ChildProcessWithoutNullStreams | undefined {
  const { PATH = "", SystemRoot } = process.env;
  const folders = PATH.split(delimiter).filter((folder) => isTrusted(folder, top));
  const program = folders.flatMap(listPrograms).find(isProgram);
  if (program === undefined) return undefined;
  const system = SystemRoot === undefined ? {} : { SystemRoot };
  const env = { PATH: folders.join(delimiter), ...system, ...variables, ...more };
  return spawn(program, [...carefulOptions, ...words], { cwd: top, env });
}

/** A pull request can bring a program along: `npx` puts `node_modules/.bin` of the work tree in front. */
function isTrusted(folder: string, top: string): boolean {
  if (!isAbsolute(folder)) return false;
  try {
    return !isWithin(top, realpathSync(folder));
  } catch {
    return false;
  }
}

function listPrograms(folder: string): string[] {
  return process.platform === "win32" ? [join(folder, "git.exe")] : [join(folder, "git")];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
