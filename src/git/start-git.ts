import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { isWithin } from "../files/safe-path.ts";

/**
 * The options of every command: no configuration and no file can make git run a program, follow a link of its
 * own, or contact a server. `safe.bareRepository` keeps git from using files of a directory as a repository.
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

/**
 * The variables of every command: `GIT_ALLOW_PROTOCOL` overrides a `protocol.ext.allow` of any configuration.
 */
const variables: Variables = {
  LC_ALL: "C",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ATTR_NOSYSTEM: "1",
};

/**
 * Starts git at the top of a work tree; undefined if it is not installed. No other module starts a program.
 * The child gets only the search path of the job's variables, so it cannot leak a secret.
 *
 * @param more additional variables for this command
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

/**
 * Returns false for folders of the work tree, because a pull request can add a program: `npx` puts
 * `node_modules/.bin` first in the path.
 */
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
